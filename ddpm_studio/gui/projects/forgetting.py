"""Forgetting: everything that the program keeps for the user from one start to the next, emptied at once."""

from __future__ import annotations

from contextlib import suppress

from ddpm_studio.checkpoints import forget_everything
from ddpm_studio.errors import StudioError
from ddpm_studio.files.kept.kept_folder import KeptFolder, runs_folder
from ddpm_studio.gui.preferences.preferences_file import forget_preferences
from ddpm_studio.gui.projects.session_folder import forget_sessions, sessions_folder
from ddpm_studio.gui.recent import Recent, RecentKind
from ddpm_studio.lab.results.own_folder import forget_results, own_results_folder


def forget_all() -> None:
    """Empty the lists of recent files, the answers about checkpoints, the preferences, kept runs, the results of the
    lab, and the sessions that no other window holds.
    """
    forget_everything()
    for kind in RecentKind:
        Recent(kind=kind).forget()
    forget_preferences()
    with suppress(StudioError):
        forget_sessions(sessions_folder())
    with suppress(StudioError, OSError):
        KeptFolder(runs_folder()).forget_for_good()
    with suppress(StudioError, OSError):
        forget_results(own_results_folder())
