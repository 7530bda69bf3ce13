"""Run every benchmark, or those named, each in a process of its own: `python -m tests.benchmarks [NAME …]`."""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys

from ddpm_studio.process import prepare_process

NAMES = ("curves", "picture", "start", "tables", "sampling", "panel", "responsive", "opening", "steps", "lab")


def main() -> int:
    """Print a line for each figure; 1 when one is over its bound."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)} (default: all)")
    names = parser.parse_args().names or NAMES
    prepare_process()
    return report(names[0]) if len(names) == 1 else max(map(apart, names))


def apart(name: str) -> int:
    """Run one benchmark in a fresh process: threads that another had started would stand in its way."""
    return subprocess.run([sys.executable, "-m", "tests.benchmarks", name], check=False).returncode


def report(name: str) -> int:
    """Run one benchmark here."""
    over = False
    for label, value, bound, unit in importlib.import_module(f"tests.benchmarks.{name}").benchmark():
        verdict = "" if bound is None else f"≤ {bound:g}  {'ok' if value <= bound else 'OVER'}"
        over |= bound is not None and value > bound
        print(f"{name:9} {label:72} {value:9.3f} {unit:6} {verdict}", flush=True)
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
