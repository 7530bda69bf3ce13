"""Folders as diffusers writes them, with other settings, indexes and weights."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from tests.checkpoints.tiny import save_pipeline
from tests.hostile.kinds import Format, Given, Harm, Writer, may_open, opens
from tests.hostile.making import EVIL, Content, loop, made, not_a_file, nowhere
from tests.hostile.pickles import RUN
from tests.hostile.pickling import archived, called, name, whole
from tests.hostile.tensors import entry, stored
from tests.hostile.weights import inspect

CONFIG, SCHEDULER, INDEX = "unet/config.json", "scheduler/scheduler_config.json", "model_index.json"
WEIGHTS, PARTS = "unet/diffusion_pytorch_model.safetensors", "unet/diffusion_pytorch_model.safetensors.index.json"
PICKLED = "unet/diffusion_pytorch_model.bin"


@lru_cache(maxsize=1)
def good() -> Mapping[str, bytes]:
    """The files of a folder that opens."""
    with tempfile.TemporaryDirectory() as made_there:
        folder = save_pipeline(Path(made_there))
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def folder(changes: Mapping[str, Content | None]) -> Writer:
    """The good folder with other files, more, or, for None, without them."""

    def write(where: Path) -> str:
        for each, content in {**good(), **changes}.items():
            if content is not None:
                path = where / "net" / each
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(made(content))
        return str(where / "net")

    return write


def said(file: str, **values: object) -> Writer:
    """The good folder in which one file of settings says something else."""
    return folder({file: lambda: json.dumps({**json.loads(good()[file]), **values}).encode()})


def texted(file: str, text: bytes | str) -> Writer:
    """The good folder in which one file of settings is this text."""
    return folder({file: text.encode() if isinstance(text, str) else text})


def _place(folder: Given, file: str) -> Path:
    """Where a file lies, in a folder that is there."""
    place = Path(str(folder)) / file
    place.parent.mkdir(exist_ok=True)
    return place


def _pipe(file: str) -> Writer:
    def write(where: Path) -> str:
        path = folder({file: None, **dict.fromkeys([WEIGHTS] * (file == PARTS))})(where)
        os.mkfifo(_place(path, file))
        return str(path)

    return write


def _link(file: str, target: str) -> Writer:
    def write(where: Path) -> str:
        path = folder({file: None})(where)
        _place(path, file).symlink_to(target)
        return str(path)

    return write


def parts(*names: str) -> Writer:
    """The good folder with an index that names these files."""
    index = {"metadata": {}, "weight_map": {f"a{i}": each for i, each in enumerate(names)}}
    return folder({WEIGHTS: None, PARTS: json.dumps(index).encode()})


def _itself(where: Path) -> str:
    path = Path(str(folder({})(where)))
    (path / "unet" / "unet").symlink_to("..")
    return str(path)


FOLDERS = Format(
    "diffusers folder",
    inspect,
    {
        Harm.NOT_A_FILE: not_a_file("net")
        | {f"pipe as {Path(each).name}": _pipe(each) for each in (CONFIG, INDEX, WEIGHTS, PARTS)}
        | {f"device as {Path(each).name}": _link(each, "/dev/zero") for each in (CONFIG, WEIGHTS)}
        | {
            "pipe as the scheduler": may_open(_pipe(SCHEDULER)),
            "device as the scheduler": may_open(_link(SCHEDULER, "/dev/zero")),
        },
        Harm.ENDLESS: {
            "objects in objects": texted(CONFIG, '{"a":' * 200_000 + "1" + "}" * 200_000),
            "lists in lists": texted(SCHEDULER, "[" * 200_000 + "]" * 200_000),
        },
        Harm.CLAIMS: {
            "wide network": said(CONFIG, block_out_channels=[10**6, 10**6]),
            "network of many blocks": said(CONFIG, layers_per_block=10**6),
            "many classes": said(CONFIG, num_class_embeds=10**9),
            "large pictures": may_open(said(CONFIG, sample_size=10**6)),
            "many timesteps": may_open(said(SCHEDULER, num_train_timesteps=10**12)),
        },
        Harm.MANY: {
            "a million empty lists": texted(CONFIG, "[" + "[]," * 999_999 + "[]]"),
            "keys": texted(SCHEDULER, "{" + ",".join(f'"{i}":0' for i in range(200_000)) + "}"),
            "3000 parts": parts(*(f"part{i}.safetensors" for i in range(3000))),
            "100 000 blocks": said(CONFIG, block_out_channels=[8] * 100_000),
            "files": folder({f"unet/{i}.json": b"{}" for i in range(500)} | {CONFIG: b"[]"}),
        },
        Harm.NUMBERS: {
            "integer beyond float": said(SCHEDULER, beta_start=10**400),
            "5000 digits": texted(SCHEDULER, '{"_class_name":"DDPMScheduler","beta_start":' + "9" * 5000 + "}"),
            "NaN": said(SCHEDULER, beta_end=float("nan")),
            "infinite": said(SCHEDULER, beta_end=float("inf")),
            "negative steps": said(SCHEDULER, num_train_timesteps=-1),
            "huge threshold": said(SCHEDULER, thresholding=True, dynamic_thresholding_ratio=10**400),
            "huge range": said(SCHEDULER, clip_sample_range=10**400),
            "negative channels": said(CONFIG, block_out_channels=[-8, 16]),
            "no groups": said(CONFIG, norm_num_groups=0),
            "heads of nothing": said(CONFIG, attention_head_dim=0),
            "infinite size": texted(CONFIG, '{"_class_name":"UNet2DModel","sample_size":1e999}'),
            "size beyond float": said(CONFIG, sample_size=10**400),
            "epsilon of a text": said(CONFIG, norm_eps="1e-5"),
        },
        Harm.EXECUTES: {
            "class of a stranger": said(CONFIG, _class_name="canary.Net"),
            "class of Python": said(CONFIG, _class_name="os.system"),
            "pipeline of a stranger": opens(said(INDEX, _class_name=["canary", "Net"], unet=["canary", "Net"])),
            "code beside": opens(
                folder(
                    {
                        f"{where}{each}.py": b"open('CANARY', 'w')"
                        for where in ("", "unet/")
                        for each in ("modeling", "pipeline", "canary", "__init__", "torch", "conftest")
                    }
                )
            ),
            "map to code": said(CONFIG, auto_map={"AutoModel": "modeling.Net"}, _class_name="Net"),
            "pickled weights": folder({WEIGHTS: None, PICKLED: archived(whole(called(name("os", "system"), RUN)))}),
            "activation": said(CONFIG, act_fn="__import__('os').system('touch CANARY')"),
            "block": said(CONFIG, down_block_types=["os.system", "canary.Block"]),
        },
        Harm.ELSEWHERE: {
            "part outside": parts("../../../../etc/passwd"),
            "absolute part": parts("/dev/zero"),
            "part at an address": parts("http://127.0.0.1:9/a.safetensors"),
            "part on a share": parts("\\\\127.0.0.1\\share\\a.safetensors"),
            "scheduler elsewhere": opens(said(INDEX, scheduler=["/dev/zero", "DDPMScheduler"])),
            "name or path": said(CONFIG, _name_or_path="/dev/zero", _class_name="canary"),
            "weights that are a link to a device": _link(WEIGHTS, "/dev/urandom"),
        },
        Harm.DAMAGE: {
            "settings cut off": texted(CONFIG, '{"_class_name": "UNet2DModel", "sam'),
            "no settings": folder({CONFIG: None}),
            "no weights": folder({WEIGHTS: None}),
            "empty weights": folder({WEIGHTS: b""}),
            "weights cut off": folder({WEIGHTS: lambda: good()[WEIGHTS][:5000]}),
            "other weights": folder({WEIGHTS: lambda: stored({"a": entry()})}),
            "settings that are a list": texted(CONFIG, "[]"),
            "not UTF-8": texted(CONFIG, b'{"_class_name": "\xff\xfe"}'),
            "types": said(CONFIG, block_out_channels="8", down_block_types=7, sample_size={"a": []}),
            "scheduler of types": said(SCHEDULER, num_train_timesteps=[], prediction_type={}, trained_betas={"a": 1}),
            "index that is a list": folder({WEIGHTS: None, PARTS: b"[]"}),
            "index of numbers": folder({WEIGHTS: None, PARTS: b'{"weight_map": {"a": 1, "b": null, "c": []}}'}),
        },
        Harm.TEXT: {
            "class": said(CONFIG, _class_name=EVIL),
            "block": said(CONFIG, down_block_types=[EVIL, EVIL]),
            "prediction": said(SCHEDULER, prediction_type=EVIL),
            "schedule": said(SCHEDULER, beta_schedule=EVIL),
            "scheduler": said(SCHEDULER, _class_name=EVIL, beta_schedule=EVIL * 9),
            "2 MB": said(SCHEDULER, prediction_type="a" * 2_000_000),
            "class of 2 MB": said(CONFIG, _class_name=EVIL * 150_000),
            "lone surrogate": said(CONFIG, _class_name="\ud800"),
            "part": parts(f"{EVIL}.safetensors"),
            "name of the folder": lambda where: _named_folder(where, f"net{EVIL}"),
        },
        Harm.ITSELF: loop("net")
        | {
            "folder in itself": opens(_itself),
            "index that names itself": parts("diffusion_pytorch_model.safetensors.index.json"),
            "weights that are a loop": _link(WEIGHTS, Path(WEIGHTS).name),
        },
        Harm.NAMES: nowhere("")
        | {
            "part of 5000 letters": parts("a" * 5000 + ".safetensors"),
            "part at home": parts("~x"),
            "part with NUL": parts("a\0b.safetensors"),
            "part of no name": parts(""),
            "part that is a dot": parts(".", ".."),
        },
    },
)


def _named_folder(where: Path, called_: str) -> str:
    path = Path(str(texted(CONFIG, "[]")(where)))
    return str(path.rename(where / called_))
