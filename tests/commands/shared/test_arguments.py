"""Arguments that every command reads alike."""

from __future__ import annotations

import pytest

from ddpm_studio.cli import main
from ddpm_studio.commands import command, names
from ddpm_studio.commands.shared.arguments import PLACES, Parser, UsageError


@pytest.mark.parametrize("name", names())
def test_an_empty_name_of_a_file_is_refused_by_its_option(name: str) -> None:
    parser = Parser(name, "")
    command(name).configure(parser)
    for action in parser._actions:
        action.required = False
    for action in parser._actions:
        if action.metavar in PLACES:
            given = [*action.option_strings[:1], ""]
            with pytest.raises(UsageError) as refused:
                parser.parse_args(given)
            assert (
                str(refused.value)
                == f"{action.metavar if given == [''] else given[0]} is given an empty name; name a file or a folder."
            )


def test_so_is_that_of_a_file_for_the_window(capsys: pytest.CaptureFixture[str]) -> None:
    for given in (["--screenshot", ""], [""]):
        assert main(given) == 2
        assert " is given an empty name; " in capsys.readouterr().err
