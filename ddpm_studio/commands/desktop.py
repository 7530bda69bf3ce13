"""The program in the menus of a Linux desktop: its entry, its icon and its type of file, for this user alone.

They are written into the user's data folder, $XDG_DATA_HOME or ~/.local/share, and removed from there again. The entry
begins the program that was asked to install it, so install it again if that moves.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ddpm_studio.commands.shared.output import print_text
from ddpm_studio.files.desktop.desktop_entry import install, remove

SUMMARY = "offer the program in the menus of a Linux desktop, or no longer"
ORDER = 90

EXAMPLES = """\
examples:
  ddpm-studio desktop --install
  ddpm-studio desktop --remove
"""

OPENING = "to have a double click open projects: update-mime-database {folder}\n"


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio desktop`."""
    parser.epilog = EXAMPLES
    either = parser.add_mutually_exclusive_group(required=True)
    either.add_argument("--install", action="store_true", help="write the entry, the icon and the type of file")
    either.add_argument("--remove", action="store_true", help="delete them, and the folders that are empty then")


def run(options: Namespace) -> int:
    """Write or delete, and say what."""
    if options.install:
        written = install()
        print_text("".join(f"wrote {path}\n" for path in written))
        print_text(OPENING.format(folder=written[-1].parents[1]))
    else:
        print_text("".join(f"removed {path}\n" for path in remove()) or "nothing was installed\n")
    return 0
