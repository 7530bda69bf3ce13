"""A state dict of a network that the user names: `--network package.module:factory`, whose code they thereby trust."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.checkpoint import Checkpoint, Fact, register
from ddpm_studio.checkpoints.refusal import of_unnamed_weights
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

if TYPE_CHECKING:
    from ddpm_studio.checkpoints.families.shared.apart.child import Child
    from ddpm_studio.checkpoints.families.shared.tensor_hints import Hints
    from ddpm_studio.checkpoints.families.shared.trial_call import Shape

FAMILY = QT_TRANSLATE_NOOP("card", "own network")
_KIND = QT_TRANSLATE_NOOP("errors", "a state dict of your own network")
_NO_TENSORS = QT_TRANSLATE_NOOP(
    "errors", "{path} holds no tensors for --network to load; leave --network out."
).in_window(QT_TRANSLATE_NOOP("errors", "{path} holds no tensors for a network to load; open it without naming one."))
_PROGRESS = {
    "epoch": QT_TRANSLATE_NOOP("card", "epoch"),
    "iteration": QT_TRANSLATE_NOOP("card", "iteration"),
    "step": QT_TRANSLATE_NOOP("card", "step"),
    "global_step": QT_TRANSLATE_NOOP("card", "global step"),
}


def _recognises(source: Source) -> bool:
    return source.answers.network is not None


@register(FAMILY, _recognises, first=True)
def read(source: Source) -> Checkpoint:
    """Call the factory without arguments, load the file's tensors into what it returns, and try it.

    The prediction type and the shape are asked for, as a state dict has none of them, and the schedule where it keeps
    no tables of it.
    """
    from ddpm_studio.apart.ahead import begin_ahead

    begin_ahead()  # To import torch while it is imported here.
    from ddpm_studio.checkpoints.families.shared.apart.child import started
    from ddpm_studio.checkpoints.families.shared.callables import demand
    from ddpm_studio.checkpoints.families.shared.tensor_hints import hints_of

    if not source.tensors:
        raise of_unnamed_weights(source.path) or CheckpointError(_NO_TENSORS, path=source.path)
    hints = hints_of(source.tensors, source.tensors.__getitem__)
    shape = demand(source, _KIND, None, hints)
    with started(source.path) as child:
        return _opened(source, child, shape, hints)


def _opened(source: Source, child: Child, shape: Shape, hints: Hints) -> Checkpoint:
    from ddpm_studio.checkpoints.families.own.building import filled, network_named
    from ddpm_studio.checkpoints.families.own.fitting import fitted
    from ddpm_studio.checkpoints.families.shared.apart.apart_program import ApartProgram
    from ddpm_studio.checkpoints.families.shared.apart.child import in_time
    from ddpm_studio.checkpoints.families.shared.callables import calling_conventions, checkpoint_of

    name = str(source.answers.network)
    with in_time(source.path):
        network = network_named(child, name)
        tensors, weights = fitted(network.tensors, source, name)
        filled(child, name, tensors, source.path)
        ways = calling_conventions(partial(ApartProgram, child, dtype=None), source)
        facts = (weights, *_progress(source))
        return checkpoint_of(ways, source, shape, hints, FAMILY, name, facts, parameters=network.parameters)


def _progress(source: Source) -> Iterator[Fact]:
    """The length of the training, if the file says it at its top level."""
    for key, label in _PROGRESS.items():
        if isinstance(count := source.values.get(key), int):
            yield Fact(key, label, count, str(count))
