"""Texts that lie where a table was expected are told as what they are, with what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import FileError
from ddpm_studio.files.betas import read_schedules
from ddpm_studio.files.columns.other_texts import other_text

TEXTS = {
    "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n": "is a Git LFS pointer, .* run git lfs pull",
    "<!DOCTYPE html>\n<html>": "is a web page, .* download the file again",
    "\n <html><body>": "is a web page, .* download the file again",
    "betas\n0.1\n<<<<<<< HEAD\n0.2\n=======\n0.3\n>>>>>>> theirs\n": "an unfinished merge, <<<<<<<; keep one",
    '{"betas": [0.1,\n<<<<<<< HEAD\n0.2]\n=======\n0.3]\n>>>>>>> theirs\n}': "an unfinished merge, <<<<<<<; keep one",
    "[train]\nv_parameterization = true\n": "in TOML or INI, which are not read here; type their values instead",
    '# kohya\nmodel = "a"\n\n[[datasets.subsets]]\r\n# here\nrepeats=3\n': "holds settings in TOML or INI",
    "0.1 & 0.2 & 0.3 \\\\\n0.4 & 0.5 & 0.6 \\\\\n": "a table of LaTeX; write one column of it, a number a line",
    "% made\n\\begin{tabular}{rr}\n$t$ & $\\beta_t$ \\\\\n1 & 0.1 \\\\\n": "a table of LaTeX",
    "| t | $\\beta_t$ |\n|---|:---:|\n| 1 | 0.1 |\n": "a table of HTML or Markdown; write one column of it",
    '<table border="1" class="dataframe">\n<tr>': "a table of HTML or Markdown; write one column of it",
    '<?xml version="1.0"?>\n<net name="x" version="10">\n': "is a network for OpenVINO, .*; choose the weights",
    "<?xml version='1.0'?>\n<config/>\n": "is an XML file, .*; choose another file",
    "=======\n": "an unfinished merge, =======;",
}


@pytest.mark.parametrize(
    "text", ["[0.1, 0.2]\n", "[\n0.1,\n0.2\n]", "x = [\n0.1\n]\n", "[b]\n0.1\n0.2\n", "a & b\n0.1\n", "C:\\\\x\n"]
)
def test_what_begins_alike_is_not_called_settings(text: str) -> None:
    assert other_text(text.encode()) is None


@pytest.mark.parametrize("suffix", [".csv", ".json", ".npy", ".npz"])
@pytest.mark.parametrize("text", TEXTS)
def test_each_is_told_as_what_it_is(tmp_path: Path, text: str, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_text(text)
    for read in (lambda: Schedule.parse(f"custom:path={path}"), lambda: read_schedules(path)):
        with pytest.raises(FileError, match=TEXTS[text]):
            read()
