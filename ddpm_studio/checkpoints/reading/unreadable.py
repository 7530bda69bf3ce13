"""Refusals of weights files whose bytes are broken, or that would execute something when read."""

from __future__ import annotations

from pathlib import Path

from ddpm_studio.checkpoints.reading.unusual import UnusualError
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.texts import SourceText


def damaged(path: Path) -> CheckpointError:
    """The error for a weights file whose bytes are not what they should be."""
    template = QT_TRANSLATE_NOOP("errors", "{path} cannot be read: it is damaged or cut short; download it again.")
    return CheckpointError(template, path=path)


def unusual(path: Path, error: UnusualError) -> CheckpointError:
    """The error for a pickle with more than any weights need."""
    (part,) = error.args
    template = QT_TRANSLATE_NOOP(
        "errors",
        "{path} holds {part}, which weights have no use for, so it was not read; "
        "in the program that wrote it, save model.state_dict() instead.",
    )
    return CheckpointError(template, path=path, part=part)


def unwanted(path: Path, name: str, kind: SourceText) -> CheckpointError:
    """The error for a tensor of this name and of a kind that is not read."""
    template = QT_TRANSLATE_NOOP("errors", "{name} in {path} is {kind}; save it dense and on the CPU.")
    return CheckpointError(template, path=path, name=name, kind=kind)


def executes(path: Path, name: str) -> CheckpointError:
    """The error for a pickle that needs `name`, "module.function" or "module.Class", to be built; nothing in it ran."""
    if name.startswith(("torch_utils.persistence", "dnnlib.")):
        return CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} is a network pickle from NVlabs' EDM or StyleGAN, and reading it would execute the source code "
                "in it; in their program, save its state_dict() and open that with --network.",
            ).in_window(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "{path} is a network pickle from NVlabs' EDM or StyleGAN, and reading it would execute the source "
                    "code in it; in their program, save its state_dict(), open that, and name its network.",
                )
            ),
            path=path,
        )
    if name.startswith("pandas."):
        template = QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds a pickled {name}, and reading it would execute code; in the program that wrote it, write it "
            "as CSV, by to_csv.",
        )
    elif name.endswith("Scheduler"):
        template = QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds a pickled {name}, and reading it would execute code; in the program that wrote it, call its "
            "save_pretrained, and open the scheduler_config.json.",
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
