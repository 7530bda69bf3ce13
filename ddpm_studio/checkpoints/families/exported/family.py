"""A program written by torch.export.save, usually called .pt2: a graph of operators with its tensors.

It is read and run by the modules beside this one and not by torch.export.load, which executes what a file contains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.checkpoint import Assumption, Checkpoint, register
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.wording import listed, part_of
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, StudioError
from ddpm_studio.files.filetypes import EXPORTED
from ddpm_studio.texts import Readable, Text

if TYPE_CHECKING:
    from ddpm_studio.checkpoints.families.exported.archive import ExportedArchive, Input

FAMILY = QT_TRANSLATE_NOOP("card", "exported program")
_KIND = QT_TRANSLATE_NOOP("errors", "an exported program")
_EXAMPLE = QT_TRANSLATE_NOOP("checkpoints", "the picture size it was exported with, though it takes others")
_BATCH = QT_TRANSLATE_NOOP("checkpoints", "exported for batches of {batch}, so any number is drawn in such")


def _recognises(source: Source) -> bool:
    return EXPORTED.holds(source)


@register(FAMILY, _recognises)
def read(source: Source) -> Checkpoint:
    """Build the graph; the prediction type is asked for, the schedule if no buffers tell it, and perhaps the shape."""
    from ddpm_studio.checkpoints.families.exported.archive import ExportedArchive
    from ddpm_studio.checkpoints.families.exported.notation import UnknownPartError

    try:
        return _opened(ExportedArchive(source.file), source)
    except StudioError:
        raise
    except UnknownPartError as error:
        raise _unknown(source, error) from error
    except Exception as error:  # Whatever else is not as it was written: JSON, sizes, names, checksums.
        raise _broken(source) from error


def _opened(archive: ExportedArchive, source: Source) -> Checkpoint:
    from ddpm_studio.checkpoints.families.exported.graph import Graph
    from ddpm_studio.checkpoints.families.exported.network import ExportedGraph
    from ddpm_studio.checkpoints.families.shared.callables import checkpoint_of, demand
    from ddpm_studio.checkpoints.families.shared.program import Program
    from ddpm_studio.checkpoints.families.shared.tensor_hints import hints_of
    from ddpm_studio.checkpoints.families.shared.trial_call import CallingConvention
    from ddpm_studio.checkpoints.families.shared.wrong_answers import check_labels

    x, t, *labels = _inputs(archive, source)
    graph, (channels, height, width) = Graph(archive.program["graph"]), x.example[1:]
    known = (channels, height, width) if channels and height and width else None
    tensors = archive.tensors()
    stored = {key: tensors[name] for name, key in archive.bound}
    hints = replace(hints_of(stored, stored.__getitem__), example=known)
    check_labels(bool(labels), source.answers, source.path, hints.classes)
    shape = demand(source, _KIND, known, hints, labelled=bool(labels))
    network = Program(ExportedGraph(graph, tensors), x.dtype, t.dtype, scalar_t=not t.sizes, batch=x.sizes[0])
    assumed = [Assumption(_EXAMPLE, about=("shape",))] if None in x.sizes[1:] else []
    if x.sizes[0]:
        assumed.append(Assumption(_BATCH, {"batch": x.sizes[0]}))
    way = CallingConvention(network, not t.dtype.is_floating_point, tuple(assumed), rehearsal=network)
    name = QT_TRANSLATE_NOOP("card", "graph of torch.export")
    parameters = sum(tensors[name].numel() for name in archive.parameters)
    return checkpoint_of([way], source, shape, hints, FAMILY, name, parameters=parameters)


def _inputs(archive: ExportedArchive, source: Source) -> tuple[Input, ...]:
    """A picture, a time and perhaps labels; CheckpointError for a program that takes others, or gives more than one
    tensor.
    """
    inputs, outputs = tuple(archive.inputs.values()), len(archive.program["graph"]["outputs"])
    picture, time, *labels = [len(given.sizes) for given in inputs] + [0] * (2 - len(inputs))
    if len(inputs) >= 2 and outputs == 1 and picture == 4 and time <= 1 and labels in ([], [1]):
        return inputs
    raise CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} is an exported program whose inputs are {inputs}, and whose number of outputs is {outputs}; "
            "export one that takes x of (B, C, H, W), t of (B,) and, where it knows classes, labels of (B,), and "
            "returns one tensor.",
        ),
        path=source.path,
        inputs=_dimensions(inputs),
        outputs=outputs,
    )


def _dimensions(inputs: Sequence[Input]) -> Readable:
    template = QT_TRANSLATE_NOOP("errors", "{count}-dimensional")
    told = [Text(template, {"count": len(given.sizes)}) for given in inputs]
    return listed(told) if told else QT_TRANSLATE_NOOP("errors", "none")


def _unknown(source: Source, error: Exception) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} is an exported program with {part}, which is not run here; "
            "export it from plain tensor operations, without compiled or pickled parts.",
        ),
        path=source.path,
        part=part_of(error),
    )


def _broken(source: Source) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} is an exported program that cannot be read: it is damaged, or from another version of torch; "
            "export it again.",
        ),
        path=source.path,
    )
