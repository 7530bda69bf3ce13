"""Exported programs draw what the module drew that was exported, and nothing in them is executed."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints import Answers, UnansweredError, keep_answers, open_checkpoint, read_checkpoint
from ddpm_studio.checkpoints.families.exported import notation
from ddpm_studio.errors import CheckpointError
from ddpm_studio.sampling import Denoiser
from tests.checkpoints.families.small import SAID, SHAPE, Bomb, Table, Waves, inputs, made, quiet, rewritten, saved
from tests.checkpoints.tiny import tiny_unet

B = torch.export.Dim("B", min=1, max=64)
EACH = ({0: B}, {0: B})


def export(network: nn.Module, path: Path, example: tuple[Tensor, Tensor] | None = None, **options: Any) -> Path:
    with quiet():
        torch.export.save(torch.export.export(network, example or inputs(2), **options), path)
    return path


def assert_draws_as(denoiser: Denoiser, network: nn.Module, batch: int = 5) -> None:
    x, t = inputs(batch)
    with torch.no_grad():
        torch.testing.assert_close(denoiser.network(x, t), network(x, t), rtol=1e-5, atol=1e-5)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(made(Table), tmp_path_factory.mktemp("exported") / "table.pt2", dynamic_shapes=EACH)


@pytest.fixture
def program(table: Path) -> dict[str, Any]:
    """The JSON of the graph, to be changed."""
    with zipfile.ZipFile(table) as archive:
        content: dict[str, Any] = json.loads(archive.read("table/models/model.json"))
    return content


def with_program(table: Path, target: Path, program: object) -> Path:
    return rewritten(table, target, {"models/model.json": json.dumps(program).encode()})


def refused(path: Path) -> str:
    with pytest.raises(CheckpointError) as error:
        open_checkpoint(path, SAID)
    return str(error.value)


def test_an_embedding_table_wants_whole_timesteps(table: Path) -> None:
    checkpoint = read_checkpoint(table, SAID)
    denoiser = checkpoint.denoiser
    assert (checkpoint.family, denoiser.shape, denoiser.integer_timesteps) == ("exported program", SHAPE, True)
    assert checkpoint.parameters == sum(p.numel() for p in made(Table).parameters())
    assert denoiser.variance == "fixed_small"
    assert_draws_as(denoiser, made(Table))


def test_attention_and_a_learned_variance(tmp_path: Path) -> None:
    network = made(Waves)
    x, t = inputs(2)
    path = export(network, tmp_path / "waves.pt2", (x, t.float()), dynamic_shapes=EACH)
    denoiser = open_checkpoint(path, SAID)
    assert (denoiser.integer_timesteps, denoiser.variance) == (False, "learned_range")
    assert_draws_as(denoiser, network, batch=1)
    assert_draws_as(denoiser, network, batch=7)


def test_a_program_for_one_size_of_batch_draws_any_number(tmp_path: Path) -> None:
    path = export(made(Table), tmp_path / "two.pt2")
    checkpoint = read_checkpoint(path, SAID)
    assert "exported for batches of 2" in str(checkpoint.assumed[0])
    for batch in (1, 2, 5):
        assert_draws_as(checkpoint.denoiser, made(Table), batch)


def test_regions_and_one_timestep_for_all(tmp_path: Path) -> None:
    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = made(Table)

        def forward(self, x: Tensor, t: Tensor) -> Tensor:
            with torch.no_grad():
                steps = t.expand(x.shape[0]) * 2
            first, rest = torch.split(self.inner(x, steps // 2), [1, 2], dim=1)
            return torch.cat([first, rest], dim=1).to(torch.float32)

    path = export(Odd(), tmp_path / "odd.pt2", (inputs(2)[0], torch.tensor(3)), dynamic_shapes=({0: B}, None))
    x = inputs(4)[0]
    with torch.no_grad():
        expected = made(Table)(x, torch.full((4,), 3))
        torch.testing.assert_close(open_checkpoint(path, SAID).network(x, torch.full((4,), 3.0)), expected)


def test_the_size_of_picture_may_be_free(tmp_path: Path) -> None:
    height, width = torch.export.Dim("H", min=2, max=32), torch.export.Dim("W", min=2, max=32)
    dims = ({0: B, 2: 2 * height, 3: 2 * width}, {0: B})
    path = export(made(Table), tmp_path / "free.pt2", dynamic_shapes=dims)
    assert open_checkpoint(path, SAID).shape == SHAPE
    wide = open_checkpoint(path, Answers(shape=(4, 16)).over(SAID))
    assert wide.shape == (3, 4, 16)
    x, t = torch.randn(2, 3, 4, 16), torch.tensor([4, 5])
    with torch.no_grad():
        torch.testing.assert_close(wide.network(x, t), made(Table)(x, t))


def test_the_layout_of_before_torch_2_8(table: Path, tmp_path: Path, program: object) -> None:
    network = made(Table)
    with zipfile.ZipFile(tmp_path / "old.pt2", "w") as archive:
        archive.writestr("version", "8.7")
        archive.writestr("serialized_exported_program.json", json.dumps(program))
        archive.writestr("serialized_state_dict.pt", saved(network.state_dict()))
        archive.writestr("serialized_constants.pt", saved({}))
        archive.writestr("serialized_example_inputs.pt", b"")
    assert_draws_as(open_checkpoint(tmp_path / "old.pt2", SAID), network)


def test_what_is_missing_is_asked_for_once(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "asked.pt2"
    path.write_bytes(table.read_bytes())
    with pytest.raises(
        UnansweredError, match="does not say its schedule and prediction type; give --schedule"
    ) as error:
        open_checkpoint(path)
    assert error.value.missing == ("schedule", "prediction_type")
    opened = keep_answers(read_checkpoint(path, SAID)).denoiser
    again = open_checkpoint(path)
    assert (again.schedule, again.prediction_type) == (opened.schedule, opened.prediction_type)


def test_enumerations_are_those_of_the_schema() -> None:
    from torch._export.serde import serialize

    assert {int(key): dtype for key, dtype in serialize._SERIALIZE_TO_TORCH_DTYPE.items()}.items() >= (
        notation.DTYPES.items()
    )
    formats = {int(key): value for key, value in serialize._SERIALIZE_TO_TORCH_MEMORY_FORMAT.items()}
    assert formats.items() >= notation._MEMORY_FORMATS.items()
    layouts = {int(key): value for key, value in serialize._SERIALIZE_TO_TORCH_LAYOUT.items()}
    assert layouts.items() >= notation._LAYOUTS.items()


def test_pickles_in_it_are_not_read(table: Path, tmp_path: Path) -> None:
    bomb = saved(Bomb(tmp_path / "run"))
    changes = {"data/sample_inputs/model.pt": bomb, "data/constants/opaque_0": bomb}
    path = rewritten(table, tmp_path / "table.pt2", changes)
    assert_draws_as(open_checkpoint(path, SAID), made(Table))
    assert not (tmp_path / "run").exists()


def test_pickled_weights_are_refused(table: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(table) as archive:
        config = json.loads(archive.read("table/data/weights/model_weights_config.json"))
    first = next(iter(config["config"].values()))
    first["use_pickle"] = True
    bomb = saved(Bomb(tmp_path / "run"))
    changes = {"data/weights/model_weights_config.json": json.dumps(config).encode()}
    changes[f"data/weights/{first['path_name']}"] = bomb
    assert "with pickled tensors" in refused(rewritten(table, tmp_path / "new.pt2", changes))
    whole: dict[str, bytes | None] = {"data/weights/model_weights_config.json": None, "data/weights/model.pt": bomb}
    assert "cannot be read" in refused(rewritten(table, tmp_path / "whole.pt2", whole))
    assert not (tmp_path / "run").exists()


def test_expressions_and_guards_are_not_evaluated(table: Path, tmp_path: Path, program: dict[str, object]) -> None:
    code = f"open({str(tmp_path / 'run')!r}, 'w')"
    text = json.dumps(program).replace("Symbol('s", f"({code}, Symbol('s")
    changed = json.loads(text) | {"guards_code": [code], "verifiers": [code]}
    assert code in json.dumps(changed["graph_module"])
    path = with_program(table, tmp_path / "evil.pt2", changed)
    assert_draws_as(open_checkpoint(path, SAID), made(Table))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "target",
    [
        *("torch.os.system", "torch.ops.aten.from_file.default", "torch.ops.aten.save.default", "builtins.eval"),
        *(
            "_operator.attrgetter",
            "torch.ops.prim.rpc_sync.default",
            "torch.ops.aten.__class__.mro",
            "math.pow",
            "#x:y",
        ),
    ],
)
def test_operators_that_do_more_than_compute(table: Path, tmp_path: Path, program: dict[str, Any], target: str) -> None:
    graph = program["graph_module"]["graph"]
    graph["nodes"][0]["target"] = target
    assert f"with {target}, which is not run here" in refused(with_program(table, tmp_path / "evil.pt2", program))


def test_compiled_code_is_refused(table: Path, tmp_path: Path) -> None:
    path = rewritten(table, tmp_path / "aoti.pt2", {"data/aotinductor/model/a.so": b"\x7fELF"})
    assert "with compiled code" in refused(path)


def test_what_takes_or_gives_something_else(tmp_path: Path) -> None:
    class Pair(nn.Module):
        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            return x + 1, x

    with quiet():
        torch.export.save(torch.export.export(Pair(), (torch.zeros(2, 3),)), tmp_path / "pair.pt2")
    assert "inputs are 2-dimensional, and whose number of outputs is 2" in refused(tmp_path / "pair.pt2")


@pytest.mark.parametrize(
    "member", ["models/model.json", "data/weights/weight_0", "data/weights/model_weights_config.json"]
)
@pytest.mark.parametrize("content", [None, b"", b"{}", b"[[", b'{"graph_module": 3}'])
def test_missing_and_broken_members(table: Path, tmp_path: Path, member: str, content: bytes | None) -> None:
    path = rewritten(table, tmp_path / "broken.pt2", {member: content})
    assert str(path) in refused(path)


def test_a_unet_of_diffusers(tmp_path: Path) -> None:
    class Flat(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.unet = tiny_unet()

        def forward(self, x: Tensor, t: Tensor) -> Tensor:
            return self.unet(x, t, return_dict=False)[0]

    network, (x, t) = Flat().eval(), inputs(2)
    several = torch.export.Dim("several", min=2, max=60)
    path = export(network, tmp_path / "unet.pt2", (x, t.float()), dynamic_shapes=({0: several}, {0: several}))
    denoiser = open_checkpoint(path, SAID)
    assert_draws_as(denoiser, network, batch=1)
    assert_draws_as(denoiser, network, batch=4)


def test_other_operators_and_autocast(tmp_path: Path) -> None:
    class Mixed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.qkv, self.norm, self.out = nn.Linear(3, 12), nn.LayerNorm(12), nn.Linear(4, 3)
            self.batch_norm, self.up = nn.BatchNorm2d(3), nn.ConvTranspose2d(3, 3, 2, stride=2)

        def forward(self, x: Tensor, t: Tensor) -> Tensor:
            q, k, v = self.norm(self.qkv(x.flatten(2).transpose(1, 2))).chunk(3, dim=-1)
            h = nn.functional.scaled_dot_product_attention(q[:, None], k[:, None], v[:, None])[:, 0]
            h = self.batch_norm(self.out(h).transpose(1, 2).unflatten(2, x.shape[2:]))
            h = torch.where(t[:, None, None, None] > 50, h, -h)
            h = nn.functional.pad(h, (1, 1, 1, 1), mode="reflect")[..., 1:-1, 1:-1] + self.up(h)[:, :, ::2, ::2]
            with torch.autocast("cpu", dtype=torch.bfloat16):
                g = self.qkv(x.mean((2, 3)))
            return h + g.float()[:, :3, None, None]

    torch.manual_seed(0)
    network = Mixed().eval()
    several = torch.export.Dim("several", min=2, max=60)
    path = export(network, tmp_path / "mixed.pt2", dynamic_shapes=({0: several}, {0: several}))
    assert_draws_as(open_checkpoint(path, SAID), network)
