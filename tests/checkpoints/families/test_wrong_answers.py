"""Wrong answers about networks that are merely called: the one at fault is named, and its remedy opens the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints import Answers, read_checkpoint
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError
from tests.checkpoints.families.small import SAID_ALL, Table, made, quiet
from tests.checkpoints.families.test_torchscript import script, trusted

pytestmark = pytest.mark.usefixtures("forked")


class Labelled(Table):
    """The same with a table of 10 classes, and a row for none."""

    def __init__(self) -> None:
        super().__init__()
        self.classes = nn.Embedding(11, 8)

    def forward(self, x: Tensor, t: Tensor, y: Tensor) -> Tensor:  # type: ignore[override]
        return self.last(self.norm(self.first(x)) + (self.time(t) + self.classes(y))[:, :, None, None])


class Rows(Labelled):
    """The same, with a table whose name says what it is."""

    def __init__(self) -> None:
        super().__init__()
        self.label_emb = self.classes
        del self.classes

    def forward(self, x: Tensor, t: Tensor, y: Tensor) -> Tensor:  # type: ignore[override]
        return self.last(self.norm(self.first(x)) + (self.time(t) + self.label_emb(y))[:, :, None, None])


class Placed(Table):
    """The same for one size alone."""

    def __init__(self) -> None:
        super().__init__()
        self.places = nn.Parameter(torch.zeros(1, 3, 8, 8))

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return self.last(self.norm(self.first(x + self.places)) + self.time(t)[:, :, None, None])


def own(kind: type[Table], folder: Path) -> tuple[Path, Answers]:
    torch.save(made(kind).state_dict(), folder / "own.pt")
    return folder / "own.pt", Answers(network=f"{kind.__module__}:{kind.__name__}")


def in_script(kind: type[Table], folder: Path) -> tuple[Path, Answers]:
    return trusted(script(made(kind), folder / "script.pt")), Answers()


def exported(kind: type[Table], folder: Path) -> tuple[Path, Answers]:
    labels = [torch.zeros(2, dtype=torch.int64)] if issubclass(kind, Labelled) else []
    given = (torch.zeros(2, 3, 8, 8), torch.zeros(2, dtype=torch.int64), *labels)
    batch = torch.export.Dim("batch", min=2, max=64)
    with quiet():
        program = torch.export.export(made(kind), given, dynamic_shapes=({0: batch},) * len(given))
        torch.export.save(program, folder / "exported.pt2")
    return folder / "exported.pt2", Answers()


KNOWN = Answers(classes=10, null_label=10)
CASES = {
    "classes of none": (Table, Answers(classes=3), "so it knows no classes; leave --classes out", Answers()),
    "a null label of none": (
        Table,
        Answers(classes=3, null_label=3),
        "so it knows no classes; leave --classes --null-label out",
        Answers(),
    ),
    "a null label alone": (Table, Answers(null_label=3), "so it knows no classes; leave --null-label out", Answers()),
    "classes and channels": (
        Table,
        Answers((1, 8, 8), classes=3),
        "so it knows no classes; leave --classes out",
        Answers(),
    ),
    "no classes": (
        Labelled,
        Answers(classes=0),
        r"its classes are not 0; say by --classes how many they are\.",
        Answers(classes=10),
    ),
    "more classes": (Labelled, Answers(classes=12), "fails at class 11, the last of 12: ", KNOWN),
    "a null label beyond": (Labelled, Answers(classes=10, null_label=11), "fails at the null label 11: ", KNOWN),
    "no classes of a table": (
        Rows,
        Answers(classes=0),
        r"its table of them has 11 rows, so its classes are not 0; give --classes 11\.",
        Answers(classes=11),
    ),
    "a size": (
        Placed,
        Answers((3, 16, 16)),
        "cannot be called with .*; give its correct --shape, or a network that is called with x and t|"
        "exported with 3x8x8, does not take; use 3x8x8",
        Answers(),
    ),
    "channels": (Table, Answers((1, 8, 8)), r"the number of channels that \S+ draws is 3; use 3x8x8", Answers()),
    "more steps": (
        Table,
        Answers(schedule=Schedule("cosine", 200)),
        "fails when it is told 199, the most of cosine:T=200: .*give the --schedule that it was trained with",
        Answers(schedule=Schedule("linear", 100)),
    ),
    "a time": (
        Table,
        Answers(time="t+1"),
        r"fails when it is told 100, the most of cosine:T=100: .* or its --time\.",
        Answers(time="t"),
    ),
    "shares": (Table, Answers(time="t/T"), r"alone, and t/T are fractions; give --time t\.", Answers(time="t")),
}
"""The network, what is wrong, the sentence, and what it says to do."""


@pytest.mark.parametrize("make", [own, in_script, exported])
@pytest.mark.parametrize("case", CASES)
def test_the_answer_at_fault_is_named_and_its_remedy_opens_it(
    case: str, make: Callable[[type[Table], Path], tuple[Path, Answers]], tmp_path: Path
) -> None:
    kind, wrong, sentence, right = CASES[case]
    path, said = make(kind, tmp_path)
    said = said.over(SAID_ALL)
    with pytest.raises(CheckpointError, match=sentence):
        read_checkpoint(path, wrong.over(said))
    denoiser = read_checkpoint(path, right.over(said)).denoiser
    assert (denoiser.shape, denoiser.classes) == ((3, 8, 8), right.classes or 0)
