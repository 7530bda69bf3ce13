"""Options of the settings of a run, as run_settings declares them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Collection

from ddpm_studio.commands.shared.arguments import number, whole_number
from ddpm_studio.run_settings import SETTINGS, RunSettings, Setting, settings_in


def add_settings(parser: ArgumentParser, without: Collection[str] = ()) -> None:
    """Add one option for each setting, but those `without`, for which the parser has its own by the same `dest`."""
    defaults = settings_in(RunSettings())
    for name, setting in SETTINGS.items():
        if name not in without:
            parser.add_argument(
                setting.option,
                metavar=setting.metavar,
                dest=name,
                type=_type(setting),
                default=None if setting.kind is bool else defaults[name],
                help=setting.help,
            )


def settings_from(options: Namespace) -> RunSettings:
    """The settings that were given; SamplingError for one out of bounds."""
    given = {name: getattr(options, name) for name in SETTINGS}
    files = {name: given[name] is not None for name, setting in SETTINGS.items() if setting.kind is bool}
    settings = RunSettings(**given | files)
    settings.check()
    return settings


def _type(setting: Setting) -> Callable[[str], object]:
    if setting.kind is int:
        return whole_number(setting.low, setting.high)
    return number if setting.kind is float else str
