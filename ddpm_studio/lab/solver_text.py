"""Text of a solver with its options, as “dpm-solver++:order=3,method=singlestep”."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ddpm_studio.diffusion.options import resolved, typed
from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.diffusion.spec import shortest
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SolverError


def read_solver(text: str) -> tuple[str, Mapping[str, object]]:
    """The name and all options, defaults filled in. SolverError for a solver, an option or a value that there is not.

    >>> read_solver("euler-ancestral: eta=0.5")
    ('euler-ancestral', {'eta': 0.5})
    """
    name, _, rest = text.partition(":")
    found = solver_named(name.strip())
    given: dict[str, object] = {}
    for key, value in _assignments(text, rest):
        if key in given:
            raise SolverError(
                QT_TRANSLATE_NOOP("errors", "“{key}” stands twice in “{text}”; say it once."), key=key, text=text
            )
        given[key] = typed(value)
    return found.name, resolved(found.name, found.options, given, SolverError)


def solver_text(name: str, options: Mapping[str, object]) -> str:
    """The shortest text of a solver: of the options those that are not the default.

    >>> solver_text("dpm-solver++", {"method": "singlestep", "order": 3})
    'dpm-solver++:order=3,method=singlestep'
    >>> solver_text(*read_solver("dpm-solver++:order=2"))
    'dpm-solver++'
    """
    told = {option.key: options.get(option.key, option.default) for option in solver_named(name).options}
    others = [option for option in solver_named(name).options if told[option.key] != option.default]
    parts = ",".join(f"{option.key}={_value_text(told[option.key])}" for option in others)
    return f"{name}:{parts}" if parts else name


def _assignments(text: str, rest: str) -> Iterator[tuple[str, str]]:
    for part in filter(str.strip, rest.split(",")):
        key, equals, value = (each.strip() for each in part.partition("="))
        if not equals:
            raise SolverError(
                QT_TRANSLATE_NOOP("errors", "“{part}” in “{text}” sets nothing; write key=value."),
                part=part.strip(),
                text=text,
            )
        yield key, value


def _value_text(value: object) -> str:
    return shortest(value) if isinstance(value, int | float) else str(value)
