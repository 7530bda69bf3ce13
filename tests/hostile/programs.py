"""Exported programs, .pt2, whose graphs, weights or members do harm."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path

from tests.hostile.graphs import GRAPH, NAME, WEIGHTS, Json, X, chain, good, inserted, ints, node, program, with_members
from tests.hostile.kinds import Format, Given, Harm, Writer, may_open, opens
from tests.hostile.making import EVIL, MIB, bomb, damaged_archives, file, loop, misnamed, not_a_file, nowhere, zipped
from tests.hostile.pickling import archived, called, name, text, whole


def _with(*nodes: Json) -> Writer:
    return file(NAME, lambda: program(inserted(*nodes)))


def _changed(change: Callable[[Json], None]) -> Writer:
    return file(NAME, lambda: program(change))


def _weights(change: Callable[[Json], None]) -> Writer:
    def content() -> bytes:
        config = json.loads(good()[WEIGHTS])
        change(config["config"])
        return with_members({WEIGHTS: json.dumps(config).encode()})

    return file(NAME, content)


def _meta(key: str, value: object) -> Writer:
    return _weights(lambda config: config["first.weight"]["tensor_meta"].__setitem__(key, value))


def _one_member() -> bytes:
    """3000 weights of 1 MiB, all of which name one member."""
    config = json.loads(good()[WEIGHTS])
    more = copy.deepcopy(config["config"]["time.weight"])
    more["path_name"] = "large"
    more["tensor_meta"].update(sizes=[{"as_int": MIB // 4}], strides=[{"as_int": 1}])
    config["config"].update({f"more{i}": more for i in range(3000)})
    return with_members({WEIGHTS: json.dumps(config).encode(), "a/data/weights/large": bytes(MIB)})


def _target(of: str) -> Callable[[Json], None]:
    return lambda graph: graph["graph_module"]["graph"]["nodes"][2].__setitem__("target", of)


def _argument(place: int, which: int, value: Json) -> Callable[[Json], None]:
    return lambda graph: graph["graph_module"]["graph"]["nodes"][place]["inputs"][which].__setitem__("arg", value)


def _sized(target: str, *sizes: int) -> Writer:
    return _with(node(target, ints("size", *sizes)))


PADDED = "torch.ops.aten.constant_pad_nd.default"
PICKLED = archived(whole(called(name("os", "system"), text("touch CANARY"))))


def drawn(path: Given, out: Path) -> list[str]:
    """The command that runs a program."""
    return ["sample", "--checkpoint", str(path), "--steps", "1", "--batch", "1", "-o", str(out / "out.png")]


PROGRAMS = Format(
    "exported program",
    drawn,
    {
        Harm.NOT_A_FILE: not_a_file(NAME),
        Harm.ENDLESS: {
            "40 doublings": _changed(chain(40, "torch.ops.aten.repeat.default", ints("repeats", 2, 1, 1, 1))),
            "while": _with(node("torch.ops.higher_order.while_loop", X)),
            "map": _with(node("torch.ops.higher_order.map_impl", X)),
            "power of itself": _with(node("torch.ops.aten.matrix_power.default", X, ("n", {"as_int": 2**40}))),
        },
        Harm.CLAIMS: {
            "zeros": _sized("torch.ops.aten.zeros.default", 10**6, 10**6),
            "full": _with(node("torch.ops.aten.full.default", ints("size", 10**10), ("fill_value", {"as_int": 1}))),
            "arange": _with(node("torch.ops.aten.arange.default", ("end", {"as_int": 10**10}))),
            "padding": _with(node(PADDED, X, ints("pad", 10**5, 10**5, 10**5, 10**5))),
            "upsampling": _with(
                node(
                    "torch.ops.aten.upsample_nearest2d.vec",
                    X,
                    ints("output_size", 10**5, 10**5),
                    ("scale_factors", {"as_none": True}),
                )
            ),
            "weights that are one member": may_open(file(NAME, _one_member)),
            "weight of 10¹² numbers": _meta("sizes", [{"as_int": 10**12}]),
            "packed zeros": may_open(file(NAME, lambda: bomb(good(), "a/data/weights/weight_9"))),
            "packed graph": file(NAME, lambda: bomb({n: c for n, c in good().items() if n != GRAPH}, GRAPH)),
            "pinned": _with(node("torch.ops.aten.zeros.default", ints("size", 1), ("pin_memory", {"as_bool": True}))),
            "expanded and copied": _with(
                node(
                    "torch.ops.aten.expand.default",
                    ("self", {"as_tensor": {"name": "p_first_bias"}}),
                    ints("size", 10**9, 8),
                    out="wide",
                ),
                node("torch.ops.aten.clone.default", ("self", {"as_tensor": {"name": "wide"}})),
            ),
        },
        Harm.MANY: {
            "60 000 nodes": _changed(chain(60_000, "torch.ops.aten.relu.default")),
            "200 000 lists": file(NAME, lambda: with_members({GRAPH: b"[" + b"[]," * 199_999 + b"[]]"})),
            "lists in lists": file(NAME, lambda: with_members({GRAPH: b"[" * 200_000 + b"]" * 200_000})),
            "20 000 members": may_open(file(NAME, lambda: with_members({f"a/{i}": b"" for i in range(20_000)}))),
        },
        Harm.NUMBERS: {
            "size of 5000 digits": _changed(_argument(0, 3, {"as_ints": [10**4000, 1]})),
            "5000 digits": file(
                NAME, lambda: with_members({GRAPH: good()[GRAPH].replace(b"[1, 1]", b"[" + b"9" * 5000 + b", 1]")})
            ),
            "negative stride": _changed(_argument(0, 3, {"as_ints": [-1, -1]})),
            "padding below zero": _changed(_argument(0, 4, {"as_ints": [-(2**40), 1]})),
            "least number over minus one": _with(
                node("torch.ops.aten.full.default", ints("size", 8), ("fill_value", {"as_int": 2**63 - 1}), out="a"),
                node(
                    "torch.ops.aten.add.Scalar",
                    ("self", {"as_tensor": {"name": "a"}}),
                    ("other", {"as_int": 1}),
                    out="b",
                ),
                node(
                    "torch.ops.aten.div.Scalar_mode",
                    ("self", {"as_tensor": {"name": "b"}}),
                    ("other", {"as_int": -1}),
                    ("rounding_mode", {"as_string": "trunc"}),
                ),
            ),
            "groups of zero": _changed(_argument(1, 1, {"as_int": 0})),
            "NaN": may_open(_changed(_argument(1, 4, {"as_float": "NaN"}))),
            "infinite scale": _changed(_argument(8, 2, {"as_floats": ["Infinity", 1e308]})),
            "expression that grows": _meta("sizes", [{"as_expr": {"expr_str": "9**9**9**9", "hint": {"as_int": 8}}}]),
            "range that is infinite": may_open(
                _changed(lambda graph: graph["range_constraints"]["s13"].update(min_val=1, max_val=10**400))
            ),
            "negative weight": _meta("sizes", [{"as_int": -8}, {"as_int": 3}, {"as_int": 3}, {"as_int": 3}]),
            "offset": _meta("storage_offset", {"as_int": 2**62}),
            "strides": _meta("strides", [{"as_int": 2**62}] * 4),
        },
        Harm.EXECUTES: {
            "operator of a stranger": _changed(_target("torch.ops.canary.run.default")),
            "function of Python": _changed(_target("os.system")),
            "builtin": _changed(_target("_operator.attrgetter")),
            "expression": _meta("sizes", [{"as_expr": {"expr_str": "__import__('os').system('touch CANARY')"}}]),
            "guards": opens(_changed(lambda graph: graph.update(guards_code=["__import__('canary')"]))),
            "symbol": may_open(
                _changed(
                    lambda graph: graph["graph_module"]["graph"]["tensor_values"]["x"]["sizes"].__setitem__(
                        0, {"as_expr": {"expr_str": "Symbol('s').__class__.__base__", "hint": None}}
                    )
                )
            ),
            "pickled weights": _weights(lambda config: config["first.weight"].update(use_pickle=True)),
            "pickled inputs": may_open(file(NAME, lambda: with_members({"a/data/sample_inputs/model.pt": PICKLED}))),
            "pickled member": file(NAME, lambda: with_members({"a/data/weights/weight_0": PICKLED})),
            "compiled": may_open(
                file(
                    NAME,
                    lambda: with_members(
                        {"a/data/aotinductor/model/model.so": b"\x7fELF", "a/data/aotinductor/model/a.cpp": b""}
                    ),
                )
            ),
            "only compiled": file(
                NAME, lambda: zipped({"a/archive_format": b"pt2", "a/data/aotinductor/model/a.so": b"\x7fELF"})
            ),
            "object of torchbind": _with(node("torch.ops.higher_order.call_torchbind", X)),
            "process of others": _with(node("torch.ops._c10d_functional.all_reduce.default", X)),
        },
        Harm.ELSEWHERE: {
            "_reshape_alias": _with(
                node("torch.ops.aten._reshape_alias.default", X, ints("size", 10**7), ints("stride", 1), out="alias"),
                node(
                    "torch.ops.aten.fill_.Scalar",
                    ("self", {"as_tensor": {"name": "alias"}}),
                    ("value", {"as_float": 1.0}),
                ),
            ),
            "as_strided": _with(
                node(
                    "torch.ops.aten.as_strided.default",
                    X,
                    ints("size", 10**7),
                    ints("stride", 1),
                    ("storage_offset", {"as_int": 10**9}),
                )
            ),
            "as_strided_": _with(node("torch.ops.aten.as_strided_.default", X, ints("size", 10**7), ints("stride", 1))),
            "set_": _with(node("torch.ops.aten.set_.source_Tensor", X, ("source", {"as_tensor": {"name": "x"}}))),
            "resize_": _with(node("torch.ops.aten.resize_.default", X, ints("size", 10**7))),
            "unsafe index": _with(
                node("torch.ops.aten._unsafe_index.Tensor", X, ("indices", {"as_tensors": [{"name": "t"}]}))
            ),
            "embedding outside": _changed(
                lambda graph: graph["graph_module"]["graph"]["nodes"][3].update(
                    target="torch.ops.aten.embedding_renorm_.default"
                )
            ),
            "from_file": _with(
                node(
                    "torch.ops.aten.from_file.default",
                    ("filename", {"as_string": "CANARY"}),
                    ("shared", {"as_bool": True}),
                    ("size", {"as_int": 64}),
                )
            ),
            "print": _with(node("torch.ops.aten._print.default", ("s", {"as_string": f"{EVIL}CANARY"}))),
            "member that leads out": may_open(file(NAME, lambda: with_members({"a/../../CANARY": b"x"}))),
            "weight by a path": _weights(lambda config: config["first.weight"].update(path_name="../../../etc/passwd")),
            "weight by an absolute path": _weights(lambda config: config["first.weight"].update(path_name="/dev/zero")),
        },
        Harm.DAMAGE: damaged_archives(NAME, lambda: dict(good()))
        | {
            "graph cut off": file(NAME, lambda: with_members({GRAPH: good()[GRAPH][:-900]})),
            "graph of a list": file(NAME, lambda: with_members({GRAPH: b"[]"})),
            "weight cut off": file(NAME, lambda: with_members({"a/data/weights/weight_0": b"1234"})),
            "byte order": may_open(file(NAME, lambda: with_members({"a/byteorder": b"middle"}))),
            "no nodes": _changed(lambda graph: graph["graph_module"]["graph"].pop("nodes")),
            "wrong type of weight": _meta("dtype", 99),
            "other operator's arguments": _changed(_target("torch.ops.aten.conv2d.default")),
        },
        Harm.TEXT: misnamed(".pt2", b"PK\x03\x04nothing")
        | {
            "operator": _changed(_target(f"torch.ops.aten.{EVIL}.default")),
            "operator of 2 MB": _changed(_target("torch.ops.aten." + EVIL * 150_000)),
            "name of a tensor": _changed(_argument(2, 0, {"as_tensor": {"name": EVIL}})),
            "kind of an argument": _changed(_argument(2, 0, {EVIL: EVIL})),
            "key of the graph": file(NAME, lambda: with_members({GRAPH: json.dumps({EVIL: {EVIL: 1}}).encode()})),
            "member": may_open(file(NAME, lambda: with_members({f"a/models/{EVIL}.json": b"{}"}))),
            "name of a weight": _weights(lambda config: config.update({EVIL: config.pop("first.weight")})),
            "lone surrogate": _changed(_target("torch.ops.aten.\ud800.default")),
        },
        Harm.ITSELF: loop(NAME)
        | {
            "operator on its own result": _with(
                node("torch.ops.aten.relu.default", ("self", {"as_tensor": {"name": "evil"}}))
            ),
        },
        Harm.NAMES: nowhere(".pt2"),
    },
    answered=True,
    runs=True,
)
