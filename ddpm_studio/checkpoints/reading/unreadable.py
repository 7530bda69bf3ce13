"""Refusals of weights files whose bytes are broken, or that would execute something when read."""

from __future__ import annotations

from pathlib import Path

from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError


def damaged(path: Path, name: str = "") -> CheckpointError:
    """The error for a weights file whose bytes are not what they should be, in the tensor `name` if given."""
    if name:
        template = QT_TRANSLATE_NOOP(
            "errors", "{name} in {path} is not an ordinary tensor; save it dense and on the CPU."
        )
        return CheckpointError(template, path=path, name=name)
    template = QT_TRANSLATE_NOOP("errors", "{path} cannot be read: it is damaged or cut short; download it again.")
    return CheckpointError(template, path=path)


def executes(path: Path, name: str) -> CheckpointError:
    """The error for a pickle that needs `name`, "module.function" or "module.Class", to be built; nothing in it ran."""
    if name.startswith(("torch_utils.persistence", "dnnlib.")):
        template = QT_TRANSLATE_NOOP(
            "errors",
            "{path} is a network pickle from NVlabs' EDM or StyleGAN, and reading it would execute the source code "
            "in it; in their program, save its state_dict() and open that with --network.",
        )
    elif name.rpartition(".")[2][:1].isupper():
        template = QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds a pickled {name}, not only tensors, and reading it would execute code; "
            "in the program that wrote it, save model.state_dict() instead.",
        )
    else:
        template = QT_TRANSLATE_NOOP(
            "errors",
            "{path} is a pickle that calls {name}, and reading it would execute that, so none of it was read; "
            "if you trust whoever wrote it, ask them for the state_dict() alone.",
        )
    return CheckpointError(template, path=path, name=name)
