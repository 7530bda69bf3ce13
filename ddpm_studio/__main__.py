"""Program as a process: it is deaf to no signal from its first import on."""

from __future__ import annotations

import sys

from ddpm_studio.signals import watch_signals


def main() -> int:
    """Run the program with the arguments of the process, and return its exit code."""
    watch_signals()
    try:
        from ddpm_studio.apart.ahead import begin_if_asked
        from ddpm_studio.process import prepare_process, quiet_libraries

        prepare_process()
        begin_if_asked(sys.argv[1:])  # Before all that is imported here.
        from ddpm_studio.cli import main as run

        quiet_libraries()
    except Exception as error:  # Mostly for want of memory.
        return _not_loaded(error)
    return run()


def _not_loaded(error: Exception) -> int:
    from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
    from ddpm_studio.telling import tell

    template = QT_TRANSLATE_NOOP("errors", "It cannot be loaded ({reason}); free some memory, or install it again.")
    return tell(StudioError(template, reason=str(error).rstrip().rpartition("\n")[2] or type(error).__name__))


if __name__ == "__main__":
    sys.exit(main())
