"""Training configs as text: YAML of latent-diffusion, of DDIM and with the fields of diffusers, JSON of SR3, flags of
guided-diffusion and of the examples of diffusers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.schedule import Schedule, parameters
from ddpm_studio.diffusion.spec import read_number
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.columns.config_texts import (
    EXAMPLE_KEYS,
    has_config,
    keys_in,
    names_scheduler,
    schedule_of_example,
    schedule_of_fields,
)
from ddpm_studio.files.columns.other_texts import check_merged
from ddpm_studio.files.configs.config_fields import NO_FLAG
from ddpm_studio.texts import Verbatim

LONGEST = 2**16
"""Characters of a longer text are not those of such a config."""

_LDM = {"linear": "scaled_linear", "cosine": "cosine", "sqrt_linear": "linear", "sqrt": "sqrt"}
_HO = {"linear": "linear", "quad": "scaled_linear", "const": "const", "jsd": "jsd"}
_SR3 = {**_HO, "cosine": "cosine", "warmup10": "warmup10", "warmup50": "warmup50"}
_DDIM = {**_HO, "sigmoid": "sigmoid_beta"}
_GUIDED = {"linear": "linear", "cosine": "cosine"}
"""Our kind for the name of a schedule, in each of the four; what latent-diffusion calls linear is so in √β."""

_LINE = re.compile(r"""^[ \t-]*+["']?(\w++)["']?[ \t]*+:(.*)$""", re.MULTILINE)
_WITHIN = re.compile(r"""[{,][ \t]*+["']?(\w++)["']?[ \t]*+:([^,{}\n]*+)""")
"""An entry of a mapping that has a line for each, and one of a mapping in braces."""

_EXPLICIT = re.compile(r"""(^[ \t-]*+|[{,\[][ \t]*+)\?[ \t]++(["']?\w++["']?)(?:\s*+:(?=\s))?""", re.MULTILINE)
"""A key behind a question mark, as YAML may have it, with its value behind a colon in the same line or the next."""

_QUOTED = re.compile(r""""[^"\n]*+"|'[^'\n]*+'""")

_FLAG = re.compile(
    r"""(?<![\w-])--(\w[\w-]*+)(?!["']\s*[,)])(?:(?:=|(?:[ \t]|\\\r?\n)++)(?!--)("[^"\n]*"|'[^'\n]*'|[^\s\\"']*+))?"""
)
_SEVERAL = re.compile(r'"beta_schedule"\s*+:\s*+\{')
_TRAIN = re.compile(r'"beta_schedule"\s*:\s*\{[^{}]*"train"\s*:\s*\{([^{}]*)\}')
_ENTRY = re.compile(r'"(\w++)"\s*+:\s*+("[^"\n]*"|[^\s,}]*+)')
_REMARK, _REMARK_OF_CODE = re.compile(r"(?<!\S)#.*"), re.compile(r"(?<!\S)//.*")

_PLAIN = re.compile(r"""(["']?)([^\s"'#,{}\[\]]++)\1[,}\]\s]*+""")
"""A number or a name, with or without quotes, perhaps the last in a mapping in braces."""

_CUT_OFF = re.compile(r"^[ \t]*+(\w++)\Z", re.MULTILINE)
_TRUTHS = {**dict.fromkeys(("true", "1", "yes", "on"), True), **dict.fromkeys(("false", "0", "no", "off"), False)}
_RESCALES = ("rescale_betas_zero_snr", "zero_snr")
_CALL = re.compile(r"""\bget_named_beta_schedule\(\s*+["'](\w++)["']\s*+,\s*+(\d++)\s*+\)""")
"""The function of improved- and guided-diffusion, called with the name of a schedule and T."""

_LDM_KEYS = ("beta_schedule", "timesteps", "linear_start", "linear_end")
_LDM_ALONE = {"linear_start", "linear_end", "cosine_s"}
_SR3_KEYS = ("schedule", "n_timestep", "linear_start", "linear_end")
_DDIM_KEYS = ("beta_schedule", "num_diffusion_timesteps", "beta_start", "beta_end")


def trained_schedule(text: str, path: str) -> Schedule | None:
    """The schedule that a training config describes, None if the text is none.

    What it leaves out is the default of its program. FileError for an unknown schedule, for a value that it gives twice
    and for one that cannot be read, ScheduleError for one that is no number or out of bounds.

    >>> str(trained_schedule("params:\\n  linear_start: 0.00085\\n  linear_end: 0.012\\n", "v1.yaml"))
    'scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012'
    >>> str(trained_schedule("--diffusion_steps 4000 --noise_schedule cosine", "flags.txt"))
    'cosine:T=4000'
    """
    if found := _TRAIN.search(text):
        entries = _ENTRY.findall(_REMARK_OF_CODE.sub("", found[1]))
        return _built(_said(entries, _SR3_KEYS, path), _SR3, _SR3_KEYS, path)
    if _SEVERAL.search(text):
        return None  # Of SR3, but not one that has a train.
    uncommented = _EXPLICIT.sub(r"\1\2: ", _REMARK.sub("", text))
    pairs = _LINE.findall(uncommented) + _WITHIN.findall(uncommented)
    names = {name for name, _ in pairs}
    if _LDM_ALONE & names:
        _check_whole(text, path)
        if "n_timestep" in names:
            _check_read(uncommented, pairs, _SR3_KEYS, path)
            return _built(_said(pairs, _SR3_KEYS, path), _SR3, _SR3_KEYS, path)
        _check_one_program(pairs, path)
        _check_read(uncommented, pairs, (*_LDM_KEYS, "cosine_s", *_RESCALES), path)
        return _of_ldm(pairs, path)
    if {"num_diffusion_timesteps", "beta_schedule"} <= names:
        _check_whole(text, path)
        _check_read(uncommented, pairs, _DDIM_KEYS, path)
        return _built(_said(pairs, _DDIM_KEYS, path), _DDIM, _DDIM_KEYS, path)
    if not text.lstrip().startswith(("{", "[")) and has_config(pairs):
        check_merged(text, path)
        _check_whole(text, path)
        keys = keys_in(names)
        _check_read(uncommented, pairs, keys, path)
        own = [pair for pair in pairs if pair[0] != "_class_name" or names_scheduler(pair)]
        return schedule_of_fields(_said(own, keys, path), path)
    if found := _CALL.search(text):
        return _of_flags([("noise_schedule", found[1]), ("diffusion_steps", found[2])], path)
    flags = [(name.replace("-", "_"), value) for name, value in _FLAG.findall(uncommented)]
    if said := _said([*pairs, *flags], EXAMPLE_KEYS, path):
        return schedule_of_example(said, path)
    return _of_flags(flags, path) if {"diffusion_steps", "noise_schedule"} & {name for name, _ in flags} else None


def _check_one_program(pairs: list[tuple[str, str]], path: str) -> None:
    """FileError for the name of a schedule where SR3 has it beside a T that is not called as there: what it calls
    linear is so in β, and in latent-diffusion, which has that T, in √β.
    """
    said = {name: value.strip(" \t\"',}") for name, value in pairs}
    if "beta_schedule" not in said and said.get("schedule") in _SR3:
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} has schedule, as SR3 calls it, without its n_timestep; call T n_timestep, or, if it is of "
                "latent-diffusion, whose linear is so in √β, schedule beta_schedule.",
            ),
            path=path,
        )


def _of_ldm(pairs: list[tuple[str, str]], path: str) -> Schedule:
    said = _said(pairs, (*_LDM_KEYS, "cosine_s", *_RESCALES), path)
    schedule = _built(said, _LDM, _LDM_KEYS, path)
    if schedule.kind == "cosine" and "cosine_s" in said:
        schedule = schedule.replace(s=read_number("cosine_s", said["cosine_s"]))
    rescaled = [_truth(key, said[key], path) for key in _RESCALES if key in said]
    return schedule.replace(zero_snr=1) if any(rescaled) else schedule


def _truth(key: str, value: str, path: str) -> bool:
    if value.lower() not in _TRUTHS:
        raise FileError(NO_FLAG, key=key, path=path, value=repr(value))
    return _TRUTHS[value.lower()]


def _of_flags(flags: list[tuple[str, str]], path: str) -> Schedule:
    """The ends of a linear schedule go with 1000/T, as improved- and guided-diffusion have them."""
    said = dict(_said(flags, ("diffusion_steps", "noise_schedule"), path))
    T = read_number("diffusion_steps", said.get("diffusion_steps", "1000"))
    ends = {"start": repr(0.1 / max(T, 1)), "end": repr(20 / max(T, 1))}
    return _built(said | ends, _GUIDED, ("noise_schedule", "diffusion_steps", "start", "end"), path)


def _said(pairs: list[tuple[str, str]], keys: tuple[str, ...], path: str) -> Mapping[str, str]:
    said: dict[str, str] = {}
    for key, written in pairs:
        if key not in keys:
            continue
        value = _value(key, written.strip(), path)
        if said.setdefault(key, value) != value:
            raise FileError(
                QT_TRANSLATE_NOOP("errors", "{path} gives {key} as {one} and as {other}; keep one of them."),
                path=path,
                key=key,
                one=said[key],
                other=value,
            )
    return said


def _value(key: str, written: str, path: str) -> str:
    if (plain := _PLAIN.fullmatch(written)) is None:
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors", "{key} in {path} is “{value}”; it must be one number or name, and on the same line."
            ),
            key=key,
            path=path,
            value=written,
        )
    return plain[2]


def _check_read(text: str, pairs: list[tuple[str, str]], keys: tuple[str, ...], path: str) -> None:
    """FileError for a key that stands where no entry is found, as behind a tag of YAML, or that has an escape in it."""
    bare = _QUOTED.sub(_without_blanks, text)
    read = [name for name, _ in pairs]
    escaped = (found[0] for found in _QUOTED.finditer(bare) if "\\" in found[0] and bare.startswith(":", found.end()))
    hidden = (key for key in keys if len(re.findall(rf"\b{key}[\"']?\s*+:", bare)) > read.count(key))
    for key in chain(hidden, escaped):
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{key} in {path} is written as YAML may be, but this program does not read it; write it on a line of "
                "its own, like {plain}.",
            ),
            key=key,
            path=path,
            plain=Verbatim("linear_start: 0.00085"),
        )


def _without_blanks(quoted: re.Match[str]) -> str:
    """A text in quotes, empty if it has blanks, as no key has."""
    return '""' if " " in quoted[0] or "\t" in quoted[0] else quoted[0]


def _check_whole(text: str, path: str) -> None:
    """FileError for entries that end in the middle of one."""
    if found := _CUT_OFF.search(text):
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} ends in “{text}”, which has no value; the file may be cut off."),
            path=path,
            text=found[1],
        )


def _built(said: Mapping[str, str], kinds: Mapping[str, str], keys: tuple[str, ...], path: str) -> Schedule:
    """The schedule of a name, T and both ends under these keys, without which they are linear, 1000, 1e-4 and 0.02."""
    name_key, T_key, *end_keys = keys
    name = said.get(name_key, "linear")
    template = QT_TRANSLATE_NOOP("errors", "{path} has the unknown {key} “{name}”; {remedy}")
    check_named(name, kinds, template, FileError, path=path, key=name_key)
    kind = kinds[name]
    taken = {parameter.key for parameter in parameters(kind)}
    ends = zip(("beta_start", "beta_end"), end_keys, ("1e-4", "2e-2"), strict=True)
    given = {ours: read_number(key, said.get(key, default)) for ours, key, default in ends if ours in taken}
    return Schedule(kind, given=given).replace(T=read_number(T_key, said.get(T_key, "1000")))
