"""Exported programs that reach beyond their memory, ask for too much of it, write where they must not, or never end."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints import open_checkpoint
from ddpm_studio.checkpoints.families.exported.aten_operators import ALLOWED
from ddpm_studio.checkpoints.families.exported.graph import DEEPEST, MOST_NODES, Graph
from ddpm_studio.checkpoints.families.exported.notation import UnknownPartError
from ddpm_studio.errors import StudioError
from ddpm_studio.interruption import Interrupted, interruptible
from tests.checkpoints.families.small import SAID, inputs, quiet, rewritten

Program = dict[str, Any]


class Plain(nn.Module):
    """Nothing but a weight that is added."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3, 8, 8))

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return x + self.weight + t[:, None, None, None]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "plain.pt2"
    batch = torch.export.Dim("batch", min=1, max=64)
    with quiet():
        exported = torch.export.export(Plain(), inputs(2), dynamic_shapes=({0: batch}, {0: batch}))
        torch.export.save(exported, path)
    return path


@pytest.fixture
def program(plain: Path) -> Program:
    with zipfile.ZipFile(plain) as archive:
        content: Program = json.loads(archive.read("plain/models/model.json"))
    return content


def number(value: int) -> dict[str, Any]:
    return {"as_int": value}


def numbers(*values: int) -> dict[str, Any]:
    return {"as_ints": [*values]}


def tensor(name: str) -> dict[str, Any]:
    return {"as_tensor": {"name": name}}


def node(target: str, result: str, **given: dict[str, Any]) -> dict[str, Any]:
    """A node that calls an operator of ATen, with one tensor as its result."""
    named = [{"name": name, "arg": arg, "kind": 1} for name, arg in given.items()]
    return {"target": f"torch.ops.aten.{target}", "inputs": named, "outputs": [tensor(result)], "metadata": {}}


def sized(target: str, result: str, *given: dict[str, Any]) -> dict[str, Any]:
    """A node that reckons with sizes."""
    named = [{"name": "", "arg": arg, "kind": 1} for arg in given]
    return {"target": target, "inputs": named, "outputs": [{"as_sym_int": {"as_name": result}}], "metadata": {}}


def before(plain: Path, program: Program, target: Path, *nodes: dict[str, Any]) -> Path:
    """The program with these nodes at its beginning."""
    changed = copy.deepcopy(program)
    changed["graph_module"]["graph"]["nodes"][:0] = nodes
    return rewritten(plain, target, {"models/model.json": json.dumps(changed).encode()})


def refusal(path: Path) -> str:
    with pytest.raises(StudioError) as error:
        open_checkpoint(path, SAID)
    told = str(error.value)
    assert len(told) - len(str(path)) < 250, told
    assert told.isprintable()
    return told


X = tensor("x")
FOREVER = {"as_float": "Infinity"}

HOSTILE: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "a view beyond its memory, written to": (
        "with torch.ops.aten._reshape_alias.default",
        [
            node("_reshape_alias.default", "v", self=X, size=numbers(10**7), stride=numbers(1)),
            node("fill_.Scalar", "w", self=tensor("v"), value=number(1)),
        ],
    ),
    "another one": (
        "with torch.ops.aten.as_strided.default",
        [node("as_strided.default", "v", self=X, size=numbers(10**7), stride=numbers(1))],
    ),
    "a print": (
        "with torch.ops.aten._print.default",
        [{**node("_print.default", "v", s={"as_string": "\x1b[2J"}), "outputs": []}],
    ),
    "much memory": (
        "MiB of memory in aten.full",
        [node("full.default", "v", size=numbers(10**10), fill_value=number(1))],
    ),
    "more than there is": ("cannot be called", [node("zeros.default", "v", size=numbers(2**40, 2**40))]),
    "what is expanded far": (
        "MiB of memory in aten.expand",
        [node("expand.default", "v", self=X, size=numbers(10**9, 3, 3, 8, 8))],
    ),
    "what is padded far": (
        "MiB of memory",
        [node("constant_pad_nd.default", "v", self=X, pad=numbers(10**5, 10**5, 10**4, 0))],
    ),
    "what is repeated": ("MiB of memory", [node("repeat.default", "v", self=X, repeats=numbers(2**30, 1, 1, 1))]),
    "a number that grew": (
        "too large a number",
        [
            sized("_operator.mul", "a", number(2**40), number(2**40)),
            node("zeros.default", "v", size={"as_sym_ints": [{"as_name": "a"}]}),
        ],
    ),
    "a text that grew": ("not a number", [sized("_operator.mul", "a", {"as_string": "aaaa"}, number(10**9))]),
    "a text with room": ("not a number", [sized("_operator.mod", "a", {"as_string": "%999999999d"}, number(1))]),
    "a number where an enumeration belongs": (
        "with torch.ops.aten.clone.default",
        [node("clone.default", "v", self=X, memory_format=number(2**31 - 1))],
    ),
    "an argument that it does not have": (
        "with torch.ops.aten.relu.default",
        [node("relu.default", "v", self=X, out=X)],
    ),
    "many pieces": (
        "too many times",
        [
            node("zeros.default", "v", size=numbers(10**7)),
            {**node("split.Tensor", "w", self=tensor("v"), split_size=number(1)), "outputs": [{"as_tensors": []}]},
        ],
    ),
    "a list of many": ("a list of thousands", [node("view.default", "v", self=X, size=numbers(*[1] * 5000))]),
    "many dimensions": ("in too many dimensions", [node("zeros.default", "v", size=numbers(*[1] * 40))]),
    "a product for hours": (
        "for hours",
        [
            node("zeros.default", "v", size=numbers(20000, 20000), dtype={"as_scalar_type": 2}),
            node("mm.default", "w", self=tensor("v"), mat2=tensor("v")),
        ],
    ),
    "a power that nobody uses": (
        "with torch.ops.aten.linalg_matrix_power.default",
        [node("linalg_matrix_power.default", "v", self=X, n=number(2**62))],
    ),
    "a product that nobody uses": (
        "for hours",
        [
            node("zeros.default", "v", size=numbers(20000, 20000), dtype={"as_scalar_type": 2}),
            {**node("mm.default", "", self=tensor("v"), mat2=tensor("v")), "outputs": []},
        ],
    ),
    "a number beyond all sizes": (
        "numbers that are too large",
        [node("roll.default", "v", self=X, shifts=numbers(2**50))],
    ),
    "sizes that depend on values": (
        "where sizes depend on values",
        [
            node("gt.Scalar", "m", self=X, other=number(0)),
            node("index.Tensor", "v", self=X, indices={"as_optional_tensors": [{"as_tensor": {"name": "m"}}]}),
        ],
    ),
    "a weight that is written to": (
        "on its own weights",
        [node("add_.Scalar", "v", self=tensor("p_weight"), other=number(1))],
    ),
    "a part of a weight that is written to": (
        "on its own weights",
        [
            node("select.int", "u", self=tensor("p_weight"), dim=number(0), index=number(0)),
            node("view.default", "v", self=tensor("u"), size=numbers(64)),
            node("zero_.default", "w", self=tensor("v")),
        ],
    ),
    "what is expanded and written to": (
        "on what is expanded",
        [
            node("new_zeros.default", "u", self=X, size=numbers(1)),
            node("expand.default", "v", self=tensor("u"), size=numbers(9)),
            node("fill_.Scalar", "w", self=tensor("v"), value=number(1)),
        ],
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_no_network_does_is_refused_when_it_is_opened(
    plain: Path, program: Program, tmp_path: Path, what: str, capfd: pytest.CaptureFixture[str]
) -> None:
    sentence, nodes = HOSTILE[what]
    assert sentence in refusal(before(plain, program, tmp_path / "evil.pt2", *nodes))
    assert capfd.readouterr() == ("", "")


def test_statistics_that_are_weights_are_not_trained_further(plain: Path, program: Program, tmp_path: Path) -> None:
    """torch does not say of this operator that it writes."""
    weight = tensor("p_weight")
    flat = node("view.default", "u", self=weight, size=numbers(192))
    channels = [node("slice.Tensor", "s", self=tensor("u"), dim=number(0), start=number(0), end=number(3)), flat][::-1]
    given = {"input": X, "running_mean": tensor("s"), "running_var": tensor("s"), "momentum": {"as_float": 0.1}}
    rest = {"training": {"as_bool": True}, "eps": {"as_float": 1e-5}, "cudnn_enabled": {"as_bool": True}}
    absent: dict[str, Any] = {"weight": {"as_none": True}, "bias": {"as_none": True}}
    train = node("batch_norm.default", "v", **{**given, **absent, **rest})
    assert "on its own weights" in refusal(before(plain, program, tmp_path / "evil.pt2", *channels, train))


def test_a_program_that_writes_to_its_input_gets_a_copy(plain: Path, program: Program, tmp_path: Path) -> None:
    path = before(plain, program, tmp_path / "in_place.pt2", node("mul_.Scalar", "v", self=X, other=number(2)))
    network, (x, t) = open_checkpoint(path, SAID).network, inputs(2)
    kept = x.clone()
    torch.testing.assert_close(network(x, t), 2 * kept + 1 + t[:, None, None, None])
    torch.testing.assert_close(x, kept)


def test_what_is_right_for_a_few_pictures_may_be_too_much_for_many(
    plain: Path, program: Program, tmp_path: Path
) -> None:
    """What it takes grows with the square of their number."""
    nodes = [
        {**sized("torch.ops.aten.sym_size.int", "b"), "inputs": node("", "", self=X, dim=number(0))["inputs"]},
        node("zeros.default", "v", size={"as_sym_ints": [{"as_name": "b"}, {"as_name": "b"}, {"as_int": 10**6}]}),
    ]
    network = open_checkpoint(before(plain, program, tmp_path / "square.pt2", *nodes), SAID).network
    assert network(*inputs(1)).shape == (1, 3, 8, 8)
    with pytest.raises(StudioError, match=r"MiB of memory in aten\.zeros"):
        network(*inputs(40))


def test_a_run_is_held_against_its_rehearsal(plain: Path, program: Program, tmp_path: Path) -> None:
    """torch gives no statistics of a batch that it did not take any of, though it foresees them."""
    zeros = node("zeros.default", "z", size=numbers(3))
    norm = {"input": X, "weight": {"as_none": True}, "bias": {"as_none": True}, "eps": {"as_float": 1e-5}}
    norm |= {"running_mean": tensor("z"), "running_var": tensor("z"), "momentum": {"as_float": 0.1}}
    called = node("_native_batch_norm_legit_no_training.default", "v", **norm)
    called["outputs"] = [tensor("v"), tensor("mean"), tensor("deviation")]
    path = before(plain, program, tmp_path / "norm.pt2", zeros, called)
    assert open_checkpoint(path, SAID).network(*inputs(2)).shape == (2, 3, 8, 8)
    path = before(plain, program, tmp_path / "evil.pt2", zeros, called, node("neg.default", "n", self=tensor("mean")))
    network = open_checkpoint(path, SAID).network
    with pytest.raises(StudioError, match="sizes depend on values"):
        network(*inputs(2))


def test_torch_s_own_warnings_do_not_reach_the_terminal() -> None:
    warned = "import torch; torch.ops.aten.var.correction(torch.zeros(1), [0])"
    code = f"from ddpm_studio.process import prepare_process; prepare_process(); {warned}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_only_operators_that_keep_to_their_memory_are_allowed() -> None:
    names = {target.removeprefix("torch.ops.aten.").partition(".")[0] for target in ALLOWED}
    unsafe = {"as_strided", "_reshape_alias", "set_", "resize_", "from_file", "_print", "save", "item", "nonzero"}
    assert not names & unsafe
    assert not {name for name in names if name.startswith(("_nested", "_sparse", "quantize", "_foreach"))}


def written(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inputs": [X], "outputs": [X], "nodes": nodes}


def test_a_graph_may_have_so_many_operators() -> None:
    one = node("relu.default", "x", self=X)
    assert Graph(written([one] * MOST_NODES)).size == MOST_NODES
    with pytest.raises(UnknownPartError, match="operators"):
        Graph(written([one] * 60_000))


def region(graph: dict[str, Any]) -> dict[str, Any]:
    """A node that runs a graph without gradients."""
    given = [{"as_bool": False}, {"as_graph": {"name": "within", "graph": graph}}, X]
    named = [{"name": "", "arg": arg, "kind": 1} for arg in given]
    target = "torch.ops.higher_order.wrap_with_set_grad_enabled"
    return {"target": target, "inputs": named, "outputs": [{"as_tensors": [{"name": "x"}]}], "metadata": {}}


def test_graphs_within_graphs_count_too() -> None:
    one = node("relu.default", "x", self=X)
    half = written([one] * (MOST_NODES // 2))
    assert Graph(written([region(half), one])).size == MOST_NODES // 2 + 2
    with pytest.raises(UnknownPartError, match="operators"):
        Graph(written([region(half), region(half)]))
    deep = written([one])
    for _ in range(DEEPEST + 1):
        deep = written([region(deep)])
    with pytest.raises(UnknownPartError, match="within"):
        Graph(deep)


def test_a_run_ends_between_two_operators(plain: Path, program: Program, tmp_path: Path) -> None:
    nodes = [node("relu.default", f"r{i}", self=X) for i in range(500)]
    network = open_checkpoint(before(plain, program, tmp_path / "long.pt2", *nodes), SAID).network
    network(*inputs(2))
    asked = []

    def stop() -> None:
        asked.append(1)
        if len(asked) == 100:
            raise Interrupted

    with pytest.raises(Interrupted), interruptible(stop):
        network(*inputs(2))
    assert len(asked) == 100


def weights(plain: Path, target: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """The program with another table of its weights."""
    name = "data/weights/model_weights_config.json"
    with zipfile.ZipFile(plain) as archive:
        config: dict[str, Any] = json.loads(archive.read(next(one for one in archive.namelist() if one.endswith(name))))
    change(config["config"])
    return rewritten(plain, target, {name: json.dumps(config).encode()})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sizes", [{"as_int": 10**7}, {"as_int": 8}, {"as_int": 8}]),
        ("sizes", [{"as_int": -1}, {"as_int": 8}, {"as_int": 8}]),
        ("sizes", [{"as_int": 2**62}, {"as_int": 2**62}, {"as_int": 8}]),
        ("sizes", [{"as_int": 1}] * 70),
        ("strides", [{"as_int": 10**6}, {"as_int": 8}, {"as_int": 1}]),
        ("strides", [{"as_int": -64}, {"as_int": 8}, {"as_int": 1}]),
        ("strides", [{"as_int": 1}]),
        ("storage_offset", {"as_int": 1}),
        ("storage_offset", {"as_int": -1}),
        ("storage_offset", {"as_int": 1.5}),
        ("dtype", 8),
        ("dtype", 12),
    ],
)
def test_weights_lie_within_their_members(plain: Path, tmp_path: Path, key: str, value: object) -> None:
    path = weights(plain, tmp_path / "evil.pt2", lambda config: config["weight"]["tensor_meta"].update({key: value}))
    assert "cannot be read" in refusal(path)


def test_weights_in_one_member_share_it_and_count_each(plain: Path, tmp_path: Path) -> None:
    large = rewritten(plain, tmp_path / "large.pt2", {"data/weights/weight_0": bytes(2**22)})
    square = {"sizes": [number(2**10)] * 2, "strides": [number(2**10), number(1)]}

    def shared(count: int) -> Path:
        def change(config: dict[str, Any]) -> None:
            meta = config["weight"]["tensor_meta"] | square
            config.update({f"other{i}": config["weight"] | {"tensor_meta": meta} for i in range(count)})

        return weights(large, tmp_path / f"shared{count}.pt2", change)

    assert open_checkpoint(shared(5), SAID).shape == (3, 8, 8)
    assert "would take more than" in refusal(shared(100))


def test_members_are_not_larger_than_the_file_allows(plain: Path, tmp_path: Path) -> None:
    path = tmp_path / "packed.pt2"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, bytes(2**28) if name.endswith("weight_0") else old.read(name))
    assert "would take more than" in refusal(path)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert "cannot be read" in refusal(path)


@pytest.mark.parametrize("size", [0, -1, 10**12, "many", 2**70])
@pytest.mark.parametrize("place", [0, 1, 3])
def test_sizes_of_inputs_are_those_of_pictures(
    plain: Path, program: Program, tmp_path: Path, place: int, size: object
) -> None:
    program["graph_module"]["graph"]["tensor_values"]["x"]["sizes"][place] = {"as_int": size}
    path = rewritten(plain, tmp_path / "evil.pt2", {"models/model.json": json.dumps(program).encode()})
    assert "cannot be read" in refusal(path)
