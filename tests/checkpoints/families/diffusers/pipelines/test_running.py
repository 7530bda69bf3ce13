"""Running of hosted pipelines: in which precision, how much memory that takes, and what is done where it is short."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from ddpm_studio.checkpoints import card_of, read_checkpoint
from ddpm_studio.checkpoints.families.diffusers.pipelines.autoencoder import Decoder
from ddpm_studio.checkpoints.families.diffusers.pipelines.clip_texts import TextEncoder
from ddpm_studio.cli import main
from ddpm_studio.diffusion import Steps, solver_table
from ddpm_studio.errors import SamplingError
from ddpm_studio.gui.state.run import RunSpec, Said
from ddpm_studio.gui.worker.torch_backend import TorchBackend
from ddpm_studio.sampling import Denoiser, devices, latents, memory_plan, run
from ddpm_studio.sampling.devices import copied_to
from ddpm_studio.sampling.live_memory import live_memory_of
from ddpm_studio.sampling.memory_plan import check_memory, plan_memory
from ddpm_studio.sampling.room import Room, room_on
from tests.checkpoints.families.diffusers.pipelines import tiny_pipelines as tiny

CPU, CUDA = torch.device("cpu"), torch.device("cuda")
PLENTY = 2**50


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Stable Diffusion, stored in half precision; it may not be changed."""
    place = tmp_path_factory.mktemp("running")
    tiny.tiny_sd().to(dtype=torch.float16).save_pretrained(place)
    return place


@pytest.fixture(scope="module")
def denoiser(folder: Path) -> Denoiser:
    return read_checkpoint(folder).denoiser.conditioned(prompt="a cat", guidance=5.0)


def drawn(denoiser: Denoiser, dtype: torch.dtype) -> Tensor:
    table = solver_table("ddim", Steps.from_spacing(denoiser.schedule, 4))
    *_, last = run(table, denoiser, torch.randn((1, *denoiser.shape), generator=seeded()), dtype=dtype)
    assert last.x.dtype == torch.float32
    return last.x


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(5)


def of_decoder(denoiser: Denoiser) -> Any:
    return denoiser.decoder


@pytest.mark.parametrize(("dtype", "most"), [(torch.bfloat16, 0.05), (torch.float16, 0.01)])
def test_half_precision_comes_close_to_full(denoiser: Denoiser, dtype: torch.dtype, most: float) -> None:
    full, half = (drawn(denoiser, each) for each in (torch.float32, dtype))
    assert 0 < float((half - full).abs().max() / full.abs().max()) < most


def test_precisions_are_of_devices_and_the_card_says_them(folder: Path, denoiser: Denoiser) -> None:
    assert denoiser.precision("auto", CUDA) == torch.float16
    assert denoiser.precision("auto", CPU) is None
    assert denoiser.precision("bfloat16", CUDA) == denoiser.precision("bfloat16", CPU) == torch.bfloat16
    rows = {row.key: str(row.text) for row in card_of(read_checkpoint(folder))}
    assert rows["precision"].endswith(" MiB in float32, float16 in the file")
    assert rows["on_gpu"] == "float16 unless you choose another; the autoencoder stays in float32"
    assert rows["autoencoder"].endswith(" parameters, 0.0 MiB in float32, float16 in the file")


def test_memory_of_a_call_is_that_of_what_lives_at_once() -> None:
    layers = nn.Sequential(nn.Linear(8, 100), nn.ReLU(), nn.Linear(100, 2)).requires_grad_(False)
    assert live_memory_of(layers, torch.float32, torch.empty(1, 8)) == 4 * 200
    assert live_memory_of(layers, torch.bfloat16, torch.empty(3, 8)) == 3 * 2 * 200
    assert live_memory_of(Attending(), torch.float32, torch.empty(1, 1, 1000, 8)) == 4 * 8000
    assert live_memory_of(Looking(), torch.float32, torch.empty(1, 8)) is None


class Attending(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return functional.scaled_dot_product_attention(x, x, x)


class Looking(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x if x.sum() > 0 else -x


def test_a_plan_counts_weights_calls_and_the_decoder(denoiser: Denoiser) -> None:
    here, half = (plan_memory(denoiser, 3, CPU, dtype) for dtype in (None, torch.bfloat16))
    elsewhere = plan_memory(denoiser, 3, CUDA, torch.float16)
    assert here
    assert half
    assert elsewhere
    assert here.network == here.decoder_weights == half.decoder_weights == 0
    assert here.calls == 6 * here.one_call > 1.9 * half.calls
    assert half.network == elsewhere.network > 2 * 10_000
    assert elsewhere.decoder_weights >= 4 * 11_000
    assert here.needed == max(here.calls, here.decoding)


def test_what_does_not_fit_is_told_before(denoiser: Denoiser) -> None:
    assert check_memory(denoiser, 3, CPU, None, Room(PLENTY, PLENTY)) is None
    several = str(check_memory(denoiser, 3, CUDA, None, Room(100, PLENTY)))
    assert several.startswith(
        "This run takes about 0.0 GiB on cuda (network 0.0, its calls 0.0, decoder 0.0), of which"
    )
    assert several.endswith("; draw fewer pictures at once or smaller ones, or compute in bfloat16.")
    one = str(check_memory(denoiser, 1, CUDA, torch.float16, Room(100, PLENTY)))
    assert one.endswith("; draw a smaller picture, or close other programs.")
    with pytest.raises(SamplingError, match="draw a smaller one, or choose another device"):
        check_memory(denoiser, 1, CUDA, None, Room(100, 100))


def test_the_host_says_what_is_free() -> None:
    room = room_on(CPU)
    assert room is None or 0 < room.free < room.total


def test_the_shell_warns_or_refuses(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["sample", "--checkpoint", str(folder), "--prompt", "a cat", "--steps", "2", "--batch", "1"]
    asked += ["-o", str(tmp_path / "a.png")]
    monkeypatch.setattr(memory_plan, "room_on", lambda device: Room(100, PLENTY))
    assert main(asked) == 0
    assert "note: This run takes about " in capsys.readouterr().err
    monkeypatch.setattr(memory_plan, "room_on", lambda device: Room(100, 100))
    assert main([*asked, "--precision", "bfloat16"]) == 2
    assert "One picture takes " in capsys.readouterr().err


def test_the_window_foretells_it_and_counts_the_prompt_without_encoding_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded = list[str]()
    encode = TextEncoder.encoded

    def noted(encoder: TextEncoder, prompt: str) -> Any:
        encoded.append(prompt)
        return encode(encoder, prompt)

    monkeypatch.setattr(TextEncoder, "encoded", noted)
    monkeypatch.setattr(memory_plan, "room_on", lambda device: Room(100, PLENTY))
    backend = TorchBackend()
    backend.open(str(folder), Said())
    cut, short = map(str, backend.foretell(RunSpec(str(folder), prompt="red " * 80, guidance=5.0, device="cpu")))
    assert cut == "The prompt has 82 tokens, of which the network is given the first 77."
    assert short.startswith("This run takes about ")
    assert set(encoded) == {""}


def test_pictures_are_decoded_one_by_one_or_in_tiles_where_memory_is_short(
    denoiser: Denoiser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tiles differ from the whole by what spreads over all of it, groups' statistics and attention."""
    decoder, calls, forward = of_decoder(denoiser), list[int](), Decoder.forward
    x = torch.randn((3, 4, 40, 40), generator=seeded())

    def noted(self: Decoder, latents: Tensor) -> Tensor:
        calls.extend([] if latents.device.type == "meta" else [len(latents)])
        return forward(self, latents)

    monkeypatch.setattr(Decoder, "forward", noted)
    decoding, of_one = denoiser.decoding, live_memory_of(decoder, torch.float32, x[:1])
    assert isinstance(decoding, latents.Decoding)
    assert of_one
    whole = decoding(x)
    monkeypatch.setattr(latents, "room_on", lambda device: Room(int(1.5 * of_one), PLENTY))
    torch.testing.assert_close(decoding(x), whole, rtol=1e-5, atol=1e-5)
    assert calls == [3, 1, 1, 1]
    monkeypatch.setattr(latents, "room_on", lambda device: Room(of_one - 1, PLENTY))
    torch.testing.assert_close(decoding(x), whole, rtol=1e-5, atol=1e-5)  # Smaller than a tile.
    monkeypatch.setattr(decoder.autoencoder, "tile_sample_min_size", 32)
    monkeypatch.setattr(decoder.autoencoder, "tile_latent_min_size", 16)
    tiled = decoding(x)
    assert len(calls) == 4, "tiles go around it"
    assert tiled.shape == whole.shape
    assert (tiled - whole).std() / whole.std() < 0.2, "of noise, by random weights"
    monkeypatch.setattr(latents, "room_on", lambda device: Room(PLENTY, PLENTY))
    monkeypatch.setattr(Decoder, "forward", _without_room)
    assert torch.equal(decoding(x), tiled), "where memory ends all the same"


def _without_room(self: Decoder, latents: Tensor) -> Tensor:
    raise torch.OutOfMemoryError("out of memory")


def test_the_decoder_is_on_the_device_only_while_it_decodes_where_memory_is_short(
    denoiser: Denoiser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts are encoded where the encoders are, on the host, and only then is a copy of the network made."""
    moved, encode = list[str](), TextEncoder.encoded

    def noted(network: nn.Module, device: torch.device, dtype: torch.dtype) -> nn.Module:
        moved.append(type(network).__name__)
        return copied_to(network, device, dtype)

    def encoded(self: TextEncoder, prompt: str) -> Any:
        moved.append("text")
        return encode(self, prompt)

    monkeypatch.setattr(devices, "copied_to", noted)
    monkeypatch.setattr(TextEncoder, "encoded", encoded)
    fresh = replace(denoiser, placements=devices.Placements()).conditioned(prompt="a dog", guidance=2.0)
    table = solver_table("ddim", Steps.from_spacing(fresh.schedule, 2))
    *_, last = run(table, fresh, torch.randn((2, *fresh.shape)), dtype=torch.float64)
    assert moved == ["text", "TextGuided"], "that no negative prompt is given is known already"
    decoder = of_decoder(denoiser)
    decoder.train()  # What is not as it is to be run is copied, on a CPU as well.
    try:
        for free, kept in ((PLENTY, True), (1, False)):
            monkeypatch.setattr(latents, "room_on", lambda device, free=free: Room(free, PLENTY))
            last.decoded(last.x)
            assert moved.pop() == "Decoder"
            assert (decoder in {network for network, *_ in fresh.placements._copies}) == kept
            fresh.placements.let_go(decoder, CPU)
    finally:
        decoder.eval()


def test_attention_is_fused(denoiser: Denoiser, monkeypatch: pytest.MonkeyPatch) -> None:
    fused, calls = functional.scaled_dot_product_attention, list[int]()

    def noted(*args: Any, **options: Any) -> Tensor:
        calls.append(1)
        return fused(*args, **options)

    monkeypatch.setattr(functional, "scaled_dot_product_attention", noted)
    drawn(denoiser, torch.float32)
    assert len(calls) == 4 * 2 * 4, "in each step, to the words and to itself, in each of four blocks"
    tiny.tiny_dit().transformer(torch.randn(1, 4, 8, 8), torch.zeros(1), class_labels=torch.zeros(1).long())
    assert len(calls) == 32 + 2, "in each block"
    of_decoder(denoiser)(torch.randn(1, 4, 8, 8))
    assert len(calls) == 32 + 2 + 1, "in the middle"
