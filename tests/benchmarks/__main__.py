"""Run every benchmark, or those named, each in a process of its own: `python -m tests.benchmarks [NAME …]`."""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys

from ddpm_studio.process import prepare_process

NAMES = (
    *("curves", "picture", "start", "tables", "sampling", "panel"),
    *("responsive", "opening", "steps", "lab", "latents"),
)


def main() -> int:
    """Print a line for each figure, its value here = that on the machine of reference × how slow this one is, and the
    bound; 1 when one is over.
    """
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
    for figure in importlib.import_module(f"tests.benchmarks.{name}").benchmark():
        over |= figure.over
        print(f"{name:10} {figure}", flush=True)
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
