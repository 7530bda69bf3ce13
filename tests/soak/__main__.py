"""Soak a window: `python -m tests.soak --minutes 1 --seed 1`, or `--actions 500` to repeat one that failed."""

from __future__ import annotations

import argparse
import faulthandler
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from ddpm_studio.leaving import leave
from tests.surroundings import HOME  # Before anything that looks at them.


def main() -> NoReturn:
    """Act until the time is up, and end the process; 1 if anything was wrong, or too little was done, which is told."""
    try:
        asked = _asked()
        minutes = asked.minutes if asked.minutes or asked.actions else 1.0
        _have_all_memory_counted()
        print(f"seed {asked.seed}", flush=True)
        code = soak(asked.seed, asked.actions, None if minutes is None else 60 * minutes)
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
    sys.stdout.flush()
    leave(code)  # As the program does: what is left of Qt and torch at the end may crash.


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    lasting = "how long, and on until enough was done (default: until the actions are done, or 1)"
    parser.add_argument("--minutes", type=_more_than_none(float), help=lasting)
    parser.add_argument("--actions", type=_more_than_none(int), help="how many actions, at most")
    parser.add_argument("--seed", type=int, default=1, help="the actions follow from it (default: 1)")
    return parser.parse_args()


def _more_than_none(kind: Callable[[str], float]) -> Callable[[str], float]:
    """A type for argparse: a number that is more than 0, as nothing is found out in no time."""

    def number(text: str) -> float:
        found = kind(text)
        if not found > 0:
            raise argparse.ArgumentTypeError(f"{text} is too little; at least something has to be done.")
        return found

    return number


def _have_all_memory_counted() -> None:
    """Begin again with a Python that takes all of its memory from malloc, so that one count has all of it."""
    if "PYTHONMALLOC" not in os.environ:
        shutil.rmtree(HOME, ignore_errors=True)
        os.environ["PYTHONMALLOC"] = "malloc"
        os.execv(sys.executable, [sys.executable, "-m", "tests.soak", *sys.argv[1:]])


def soak(seed: int, actions: int | None, seconds: float | None) -> int:
    """Act in this process."""
    from ddpm_studio.gui.app import make_application
    from ddpm_studio.process import prepare_process
    from tests.soak.soak import Soak
    from tests.soak.trouble import Trouble

    faulthandler.enable()
    prepare_process()
    app = make_application(sys.argv[:1])
    run = Soak(seed, Path(HOME) / "scratch")
    try:
        count = run.run(actions, seconds)
    except Trouble as trouble:
        print(trouble, flush=True)
        return 1
    print(f"{count} actions of {len(run.done)} kinds, and nothing was wrong", flush=True)
    app.processEvents()
    return 0


if __name__ == "__main__":
    main()
