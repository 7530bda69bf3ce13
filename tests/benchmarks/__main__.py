"""Run every benchmark, or those named: `python -m tests.benchmarks [curves picture start tables sampling panel]`."""

from __future__ import annotations

import argparse
import importlib
import sys

NAMES = ("curves", "picture", "start", "tables", "sampling", "panel")


def main() -> int:
    """Print a line for each figure; 1 when one is over its bound."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", default=NAMES, metavar="NAME", help=f"any of {', '.join(NAMES)}")
    over = False
    for name in parser.parse_args().names:
        for label, value, bound, unit in importlib.import_module(f"tests.benchmarks.{name}").benchmark():
            verdict = "" if bound is None else f"≤ {bound:g}  {'ok' if value <= bound else 'OVER'}"
            over |= bound is not None and value > bound
            print(f"{name:9} {label:72} {value:9.3f} {unit:6} {verdict}", flush=True)
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
