"""Projects that name a hostile file: the same cases by another door."""

from __future__ import annotations

from pathlib import Path

from tests.hostile.kinds import Case, opens
from tests.hostile.projects import PROJECTS, naming


def named_by_a_project(case: Case) -> Case:
    """A project that names the file of a case as its schedule, its picture and its checkpoint; it opens without."""

    def write(folder: Path) -> str:
        path = case.write(folder)
        project = folder / "project.ddpm"
        project.write_bytes(naming(str(path)))
        return str(project)

    return Case(PROJECTS, case.harm, f"names {case}", opens(write))
