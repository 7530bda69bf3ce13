"""Mutations at length: `python -m tests.hostile.mutations --examples 100000 --seed 1 --format picture`."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.surroundings import HOME  # Before anything that looks at them.

# isort: split

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.hostile.mutations.good_files import GOOD, Good
from tests.hostile.mutations.trial import Trial
from tests.hostile.serving import bound_memory

BATCH = 500
"""Examples that are drawn from one seed; of more, Hypothesis keeps too much."""

DRAWN = settings(
    deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), max_examples=BATCH
)


class Tally:
    """What came of the files so far: how many were tried, and, of what was wrong, how often, with a file of each."""

    def __init__(self, trial: Trial, faults: Path) -> None:
        self._trial, self._faults = trial, faults
        self.tried, self.wrong = 0, Counter[str]()

    def try_batch(self, good: Good, number: int) -> None:
        """Try the files that are drawn from this seed."""

        @seed(number)
        @settings(DRAWN)
        @given(content=good.mutations())
        def each(content: bytes) -> None:
            self.tried += 1
            for what in self._trial.wrong(good, good.read, content):
                self._note(good, what, content)

        each()

    def _note(self, good: Good, what: str, content: bytes) -> None:
        lines = what.strip().splitlines()
        kind = f"{good.name}: {lines[-1]:.100} {next((line for line in lines[-3::-1] if 'File' in line), '')}"
        self.wrong[kind] += 1
        if self.wrong[kind] == 1:
            path = self._faults / f"{good.name}-{len(self.wrong)}".replace(" ", "-").replace("/", "-")
            path.write_bytes(content)
            print(f"{path}: {what}", flush=True)


def main() -> int:
    """Try them; 1 if anything was wrong, which is told."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.mutations", description=__doc__)
    parser.add_argument("--examples", type=int, default=100_000, help="how many of each format (default: 100000)")
    parser.add_argument("--seed", type=int, default=1, help="the first seed; each thousand has one (default: 1)")
    parser.add_argument("--format", nargs="*", help="of which formats (default: all)")
    parser.add_argument("--faults", type=Path, default=Path(), help="a folder for files that are read wrong")
    asked = parser.parse_args()
    try:
        return _try_all(asked.examples, asked.seed, asked.format, asked.faults)
    finally:
        shutil.rmtree(HOME, ignore_errors=True)


def _try_all(examples: int, first: int, formats: Sequence[str] | None, faults: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        trial, code = Trial(Path(folder)), 0
        bound_memory()
        for format in dict.fromkeys(good.format for good in GOOD):
            if not formats or format in formats:
                shared = [good for good in GOOD if good.format == format]
                tally = Tally(trial, faults)
                for number in range(-(-examples // BATCH)):
                    tally.try_batch(shared[number % len(shared)], first + number)
                print(f"{format}: {tally.tried} tried, {dict(tally.wrong) or 'nothing'} wrong", flush=True)
                code |= bool(tally.wrong)
    return code


if __name__ == "__main__":
    sys.exit(main())
