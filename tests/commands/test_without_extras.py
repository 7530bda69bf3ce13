"""The program without the packages of its extras: all that is bundled works, and the rest says what to install."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkpoints.tiny import save_pipeline, tiny_unet

BARE = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in ("diffusers", "huggingface_hub", "transformers"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from ddpm_studio.cli import main
sys.exit(main(sys.argv[1:]))
"""


def bare(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program in a Python that cannot import them."""
    command = [sys.executable, "-c", BARE, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("sample", "--steps", "2", "--batch", "1", "-o", "new.png"),
        ("--screenshot", "new.png"),
        ("inspect", "pixel-portraits"),
        ("inspect", "pipeline"),
    ],
    ids=" ".join,
)
def test_what_is_bundled_and_ordinary_pipelines_need_no_extra(arguments: tuple[str, ...], tmp_path: Path) -> None:
    save_pipeline(tmp_path / "pipeline")
    done = bare(tmp_path, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "new.png").exists() == ("new.png" in arguments)


def test_a_name_on_the_hub_says_what_to_install(tmp_path: Path) -> None:
    done = bare(tmp_path, "inspect", "someone/portraits", "--download")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "ddpm-studio: someone/portraits is neither a file nor a folder here, and the Hugging Face hub cannot be "
        "searched without huggingface_hub (No module named 'huggingface_hub'); run pip install \"ddpm-studio[hub]\".\n"
    )


def test_layers_that_only_diffusers_has_say_what_to_install(tmp_path: Path) -> None:
    down, up = ("SkipDownBlock2D", "DownBlock2D"), ("UpBlock2D", "SkipUpBlock2D")
    save_pipeline(tmp_path, tiny_unet(down_block_types=down, up_block_types=up, block_out_channels=(16, 16)))
    done = bare(tmp_path, "sample", "--checkpoint", ".", "-o", "new.png")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "ddpm-studio: unet/config.json asks for a network that only diffusers can build, and diffusers cannot be "
        "imported (No module named 'diffusers'); run pip install \"ddpm-studio[diffusers]\".\n"
    )
    assert not (tmp_path / "new.png").exists()


def test_pipelines_of_several_networks_say_what_to_install(tmp_path: Path) -> None:
    save_pipeline(tmp_path)
    (tmp_path / "model_index.json").write_text('{"_class_name": "StableDiffusionPipeline"}')
    (tmp_path / "unet" / "config.json").write_text('{"_class_name": "UNet2DConditionModel"}')
    (tmp_path / "vae").mkdir()
    (tmp_path / "vae" / "config.json").write_text('{"_class_name": "AutoencoderKL"}')
    done = bare(tmp_path, "inspect", ".")
    assert (done.returncode, done.stdout) == (2, "")
    assert "(No module named 'huggingface_hub'), which pip install \"ddpm-studio[pipelines]\" installs" in done.stderr
    assert "only its schedule can be taken, linear:T=" in done.stderr
