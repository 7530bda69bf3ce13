"""Everything once: each coefficient of every kind, at the bounds of every parameter and under every operator, at each
T of the tests, against balls of Arb: `python -m tests.oracle_sweep [KIND …]`.

Up to T = 1000 each t is looked at. At T = 100,000 that is done for the defaults, and ends and 200 drawn t for the rest.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator, Sequence
from random import Random

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS
from tests.diffusion.oracle import farthest
from tests.diffusion.test_oracle import BOUND, MANY, OPERATORS, corners, looked_at, made

LENGTHS = (1, 2, 3, 10, 300, 1000, 100_000)


def main() -> int:
    """Print the farthest coefficient of each kind and T; 1 when one is over the bound."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle_sweep", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="default: all")
    worst = 0.0
    for kind, T in itertools.product(parser.parse_args().kinds or KINDS, LENGTHS):
        found = [farthest(schedule, steps) for schedule, steps in looked_through(kind, T)]
        error, place = max(found)
        print(
            f"{kind:20} T = {T:<7} {len(found):4} schedules {error:8.1e} {place.partition(':  ')[0][:90]}", flush=True
        )
        worst = max(worst, error)
    return int(worst > BOUND)


def looked_through(kind: str, T: int) -> Iterator[tuple[Schedule, Sequence[int]]]:
    """The schedules of a kind, and the steps that are looked at in each."""
    random = Random(f"{kind} {T}")
    for given, operators in itertools.product(corners(kind), OPERATORS):
        schedule = made(kind, T, {**given, **operators})
        if schedule is not None:
            yield schedule, looked_at(T, random) if T > MANY else range(1, T + 1)
    if T > MANY:
        yield Schedule(kind, T), range(1, T + 1)


if __name__ == "__main__":
    sys.exit(main())
