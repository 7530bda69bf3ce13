"""The tiers of the tests and --no-skips, by running pytest on a few of these tests and on some made up for it."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.tiers import FOLDER, HEAVY, QUICK, REPEATED, TIMES, choose, repeated, thinned

SKIPPING = {
    "test_module.py": 'import pytest\npytest.importorskip("no_such_extra")\ndef test_it(): pass\n',
    "test_program.py": (
        'import pytest\n@pytest.mark.skipif(True, reason="needs no_such_program")\ndef test_it(): pass\n'
    ),
    "test_inside.py": 'import pytest\ndef test_it(): pytest.skip("no_such_file")\n',
    "test_gpu.py": 'import pytest\npytestmark = pytest.mark.skip(reason="needs CUDA")\ndef test_it(): pass\n',
    "test_known.py": "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False\n",
}


def python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A program with pytest in it, from the top of the checkout."""
    command = [sys.executable, "-c", f"import sys, pytest\n{code}", *arguments]
    environment = {**os.environ, "PYTEST_ADDOPTS": "", **environment}
    return subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True, env=environment, check=False)


def collected(*arguments: str) -> list[str]:
    """The names of the tests that these arguments choose, and which of the libraries that take seconds it imported."""
    listing = ("-n", "0", "-q", "--collect-only", "-p", "no:cacheprovider")
    slow_to_import = "\nprint('and', *{'torch', 'diffusers', 'scipy'} & sys.modules.keys())"
    done = python(f"code = pytest.main(sys.argv[1:]){slow_to_import}\nsys.exit(code)", *listing, *arguments)
    assert done.returncode == 0, done.stdout
    return done.stdout.splitlines()


@pytest.mark.parametrize("place", [*QUICK, *HEAVY])
def test_what_is_quick_is_there(place: str) -> None:
    assert (FOLDER / place).exists()


@pytest.mark.parametrize("name", REPEATED)
def test_what_is_repeated_is_there_and_says_how_often(name: str) -> None:
    file, _, function = name.partition("::")
    text = (FOLDER / file).read_text(encoding="utf-8")
    assert f"def {function}(" in text
    assert "repeated(" in text


def test_quick_imports_the_modules_of_that_tier_alone() -> None:
    *names, _, _, libraries = collected("-m", "quick")
    modules = {(FOLDER.parent / name.partition("::")[0]).relative_to(FOLDER) for name in names}
    assert len(names) > 1000
    assert all(any(module.is_relative_to(place) for place in QUICK) for module in modules)
    assert not {module.as_posix() for module in modules} & {*HEAVY}
    assert libraries == "and"


def test_what_is_repeated_is_in_the_slow_tier_too() -> None:
    module = "tests/gui/worker/test_closing.py"
    name, _, count, _ = collected("-m", "slow", module)
    assert name == f"{module}::test_fifty_starts_and_stops_leave_nothing_behind"
    assert count.startswith("1/")


def test_the_slow_tier_repeats_several_times_as_often() -> None:
    try:
        choose("slow")
        assert repeated(25) == 25 * TIMES
    finally:
        choose("not slow")
    assert repeated(25) == 25


def test_of_what_is_thinned_every_two_values_still_meet() -> None:
    axes = [0, 1, 2], range(9), range(26)
    cases = thinned(*axes, one_in=3)
    left = [case.values for case in cases if not case.marks]
    assert [case.values for case in cases] == [*itertools.product(*axes)]
    assert len(left) == len(cases) / 3
    for one, other in itertools.combinations(range(3), 2):
        met = {(values[one], values[other]) for values in left}
        assert met == {*itertools.product(axes[one], axes[other])}


def test_what_is_thinned_is_whole_in_two_tiers_of_which_none_repeats_the_other() -> None:
    module = "tests/diffusion/test_density.py"
    slow, others, quick, every = ({*named(collected("-m", tier, module))} for tier in ("slow", "not slow", "quick", ""))
    assert slow
    assert not slow & others
    assert quick <= others
    assert slow | others == every


def named(lines: list[str]) -> Iterator[str]:
    return (line for line in lines if "::" in line)


def test_a_skipped_test_fails_where_none_may_be(tmp_path: Path) -> None:
    for name, text in SKIPPING.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    alone = (
        "-p",
        "xdist",
        "-n",
        "1",
        "-p",
        "tests.skips",
        "-c",
        "/dev/null",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    )
    run = partial(python, "sys.exit(pytest.main(sys.argv[1:]))", *alone, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    lenient, strict = run(), run("--no-skips", "--continue-on-collection-errors")
    assert lenient.returncode == 0, lenient.stdout
    assert strict.returncode == 1, strict.stdout
    for reason in ("no_such_extra", "needs no_such_program", "no_such_file"):
        assert f"skipped, though nothing may be: {reason}" in strict.stdout.replace("could not import '", "")
    assert "1 skipped, 1 xfailed" in strict.stdout
