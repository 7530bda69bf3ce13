"""Recognition of a checkpoint without torch, where no tensors have to be read for it: by name, bytes and parts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import torch

from ddpm_studio.checkpoints import DEFAULT, bundled
from tests.checkpoints.families.small import Table, inputs, made, quiet
from tests.patience import PATIENCE_S

RECOGNISE = """
import sys
from pathlib import Path
from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.opening import family_of
from ddpm_studio.checkpoints.source import Source
for path in sys.argv[2:]:
    print(family_of(Source(Path(path), Answers(network=sys.argv[1] or None))).name)
print("torch" in sys.modules)
"""


def recognised(*paths: Path, network: str = "") -> list[str]:
    """The families of these paths, and whether torch was imported, in a fresh Python."""
    done = subprocess.run(
        [sys.executable, "-c", RECOGNISE, network, *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_folders_and_programs_are_recognised_without_torch(tmp_path: Path) -> None:
    script, exported = tmp_path / "script.pt", tmp_path / "exported.pt2"
    with quiet():
        torch.jit.script(made(Table)).save(script)
        torch.export.save(torch.export.export(made(Table), inputs(2)), exported)
    found = recognised(bundled()[DEFAULT], bundled()[DEFAULT] / "model_index.json", script, exported)
    assert found == ["diffusers folder", "diffusers folder", "TorchScript", "exported program", "False"]


def test_what_a_person_names_is_recognised_without_torch(tmp_path: Path) -> None:
    torch.save({"weight": torch.zeros(3)}, tmp_path / "weights.pt")
    assert recognised(tmp_path / "weights.pt", network="nets:UNet") == ["own network", "False"]


def test_weights_are_recognised_by_their_tensors(tmp_path: Path) -> None:
    tensors = {"fc.weight": torch.zeros(3), "layer4.0.weight": torch.zeros(3)}
    torch.save(tensors, tmp_path / "weights.pt")
    assert recognised(tmp_path / "weights.pt") == ["weights for another program", "True"]
