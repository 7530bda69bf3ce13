"""Exceptions that a person may see, and the marker that lets Qt translate texts of modules that do not know Qt."""

from __future__ import annotations

from ddpm_studio.texts import SourceText, sentence, visible_values


def QT_TRANSLATE_NOOP(context: str, text: str) -> SourceText:  # noqa: N802
    """Mark `text`, which must be a literal, for lupdate, which knows this name."""
    return SourceText(text, context)


class StudioError(ValueError):
    """Something that was asked for and cannot be done: one sentence with the value, the bound and the remedy.

    The sentence is kept as a template and its values, so that the window can translate it before it is filled in.
    Another error among the values, a reason, is told without its full stop. Of a value that is a plain text no more is
    kept than can be shown.
    """

    def __init__(self, template: SourceText, **values: object) -> None:
        self.template = template
        self.values = visible_values(values)
        super().__init__(sentence(self))


class ScheduleError(StudioError):
    """A schedule that cannot be built: `about` names the parameters at fault, if it is about some.

    `place` is where they stand in the text that the schedule was read from, from one letter up to another.
    """

    def __init__(self, template: SourceText, *, about: tuple[str, ...] = (), **values: object) -> None:
        super().__init__(template, **values)
        self.about = about
        self.place: tuple[int, int] | None = None


class FileError(StudioError):
    """A file that cannot be read or written."""


class StepsError(StudioError):
    """Steps of a sampler that cannot be laid out.

    `place` is where the fault stands in the text that they were read from, from one letter up to another.
    """

    def __init__(self, template: SourceText, **values: object) -> None:
        super().__init__(template, **values)
        self.place: tuple[int, int] | None = None


class ObjectiveError(StudioError):
    """A training objective that cannot be read.

    `place` is where the fault stands in the text that it was read from, from one letter up to another.
    """

    def __init__(self, template: SourceText, **values: object) -> None:
        super().__init__(template, **values)
        self.place: tuple[int, int] | None = None


class SolverError(StudioError):
    """A solver that does not exist, or does not work along these steps or for this network."""


class CheckpointError(StudioError):
    """A checkpoint that cannot be opened."""


class SamplingError(StudioError):
    """A run of a sampler that cannot start or continue."""


class FigureError(StudioError):
    """A figure that cannot be laid out as it was asked for."""


class LabError(StudioError):
    """A measurement that cannot be made, or does not say what it is asked for."""
