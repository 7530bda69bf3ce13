"""Program as a process: it is deaf to no signal from its first import on."""

from __future__ import annotations

import sys

from ddpm_studio.signals import watch_signals


def main() -> int:
    """Run the program with the arguments of the process, and return its exit code."""
    watch_signals()
    from ddpm_studio.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
