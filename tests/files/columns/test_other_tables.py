"""Tables as other programs write them: JSON row by row, in lines and with an index is read, containers are named."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.checkpoints.opening import read_checkpoint
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import FileError, StudioError
from ddpm_studio.files.betas import read_schedules
from ddpm_studio.files.steps.step_lists import read_step_list

BETAS = np.linspace(1e-4, 0.02, 500)
ROWS = [{"t": t, "betas": beta} for t, beta in enumerate(BETAS.tolist())]
CSV = ("betas\n" + "\n".join(map(repr, BETAS.tolist()))).encode()

WRITTEN = {
    "rows": json.dumps(ROWS),
    "indented rows": json.dumps(ROWS, indent=2),
    "lines": "\n".join(map(json.dumps, ROWS)) + "\n",
    "lines of Windows": "\r\n".join(map(json.dumps, ROWS)),
    "with an index": json.dumps(
        {"t": {str(row["t"]): row["t"] for row in ROWS}, "betas": {str(row["t"]): row["betas"] for row in ROWS}}
    ),
    "split": json.dumps({"columns": ["t", "betas"], "index": [0], "data": [[row["t"], row["betas"]] for row in ROWS]}),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_table_in_json_opens_as_it_is(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(WRITTEN[name], newline="")
    [schedule] = read_schedules(tmp_path / "x.json")
    assert schedule.betas.tolist() == BETAS.tolist()


@pytest.mark.parametrize(
    "text",
    ['[{"betas": 0.1}, {"beta": 0.2}]', '{"betas": 0.1}\n{"betas": null}', '{"betas": {"0": 0.1, "1": "x"}}'],
)
def test_a_row_without_a_number_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(FileError, match=r"β_2 of .* it must be a number"):
        read_schedules(tmp_path / "x.json")


def zipped(**members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_dot_", "."), content)
    return file.getvalue()


CONTAINERS = {
    "betas.csv.gz": (gzip.compress(CSV), "is compressed; decompress it"),
    "betas.npy": (gzip.compress(CSV), "is compressed; decompress it"),
    "x.mat": (b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + bytes(200), "is a MAT-file of MATLAB"),
    "x4.mat": (np.array([0, 500, 1, 0, 6], "<i4").tobytes() + b"betas\0" + bytes(4000), "a MAT-file of"),
    "x73.mat": (b"MATLAB 7.3 MAT-file, Platform: PCWIN64" + bytes(600), "is a MAT-file of MATLAB"),
    "x.tar": (b"betas.csv".ljust(257, b"\0") + b"ustar\x0000", "is a tar archive.*; unpack it"),
    "x.h5": (b"\x89HDF\r\n\x1a\n" + bytes(200), "is an HDF5 file"),
    "x.parquet": (b"PAR1" + bytes(200) + b"PAR1", "is a table in Parquet or Arrow"),
    "x.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is a workbook of a spreadsheet"),
    "x.xlsx": (zipped(xl_dot_xml="<w/>", **{"[Content_Types].xml": ""}), "is a workbook of a spreadsheet"),
    "x.ods": (zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "is a workbook of a spreadsheet"),
    "x.zip": (zipped(betas_dot_csv="betas\n0.1\n"), "zip archive without arrays of NumPy, but with betas.csv; unpack"),
}
OF_CHECKPOINTS = {
    "is compressed; decompress it": "is a gzip archive; unpack it",
    "zip archive without arrays of NumPy, but with betas.csv; unpack": "a zip archive that torch did not write; unpack",
}
"""What is said where a checkpoint was expected, if that is something else."""


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_of_another_program_is_called_what_it_is(name: str, tmp_path: Path) -> None:
    content, words = CONTAINERS[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(StudioError, match=words):
        Schedule.parse(f"custom:path={path}")
    with pytest.raises(StudioError, match=OF_CHECKPOINTS.get(words, words)):
        read_checkpoint(path)
    if not zipfile.is_zipfile(path):
        with pytest.raises(StudioError, match=words):
            read_step_list(str(path))


def test_what_comes_of_a_compressed_table_opens(tmp_path: Path) -> None:
    (tmp_path / "betas.csv").write_bytes(gzip.decompress(CONTAINERS["betas.csv.gz"][0]))
    assert Schedule.parse(f"custom:path={tmp_path / 'betas.csv'}").T == 500


LIST = "[" + ", ".join(map(repr, BETAS.tolist())) + "]"
PRINTED = {
    "a list in code": f"betas = {LIST}\n",
    "an array in code": f"betas = np.array({LIST}, dtype=np.float64)",
    "an array": f"array({LIST})",
    "a tensor": f"tensor({LIST}, dtype=torch.float64)\n",
    "as print has it": LIST.replace(",", ""),
    "over lines": LIST.replace(", ", ",\n       "),
}


@pytest.mark.parametrize("name", PRINTED)
def test_numbers_open_as_they_are_printed(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(PRINTED[name])
    [schedule] = read_schedules(tmp_path / "x.txt")
    assert schedule.betas.tolist() == BETAS.tolist()


def test_a_name_in_code_says_what_the_numbers_are(tmp_path: Path) -> None:
    bars = np.cumprod(1 - BETAS)
    (tmp_path / "x.py").write_text(f"alphas_cumprod = [{', '.join(map(repr, bars.tolist()))}]")
    assert read_schedules(tmp_path / "x.py")[0].betas == pytest.approx(BETAS)


@pytest.mark.parametrize("text", ["[1e-4 2e-4 ... 1e-2 2e-2]", "tensor([1e-4, 2e-4,  ..., 1e-2, 2e-2])"])
def test_numbers_that_printing_left_out_are_missed(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(text)
    with pytest.raises(FileError, match="where numbers were left out in printing"):
        read_schedules(tmp_path / "x.txt")


def test_a_name_without_a_list_is_no_lack_of_the_name(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"betas": "0.1, 0.2"}')
    with pytest.raises(FileError, match=r"betas in .* it must be a list of numbers"):
        read_schedules(tmp_path / "x.json")


def test_a_table_with_fields_opens_by_the_one_that_is_saved_alone(tmp_path: Path) -> None:
    table = np.array([(t, beta) for t, beta in enumerate(BETAS)], dtype=[("t", "i4"), ("beta", "f8")])
    np.save(tmp_path / "x.npy", table)
    with pytest.raises(FileError, match="holds a table with the fields t, beta, not a list") as caught:
        read_schedules(tmp_path / "x.npy")
    assert 'numpy.save("beta.npy", table["beta"])' in str(caught.value)
    np.save(tmp_path / "beta.npy", table["beta"])
    assert read_schedules(tmp_path / "beta.npy")[0].T == 500


def test_a_d_before_the_exponent_is_that_of_fortran(tmp_path: Path) -> None:
    written = [f"{beta:.16E}".replace("E", "D") for beta in BETAS]
    (tmp_path / "x.txt").write_text("\n".join(written))
    (tmp_path / "x.csv").write_text("t,betas\n" + "\n".join(f"{t},{beta}" for t, beta in enumerate(written)))
    (tmp_path / "x.json").write_text(json.dumps({"betas": [each.lower() for each in written]}))
    both = zip(written, (f"{bar:.16E}".replace("E", "D") for bar in np.cumprod(1 - BETAS)), strict=True)
    (tmp_path / "two.csv").write_text("betas;alphas_cumprod\n" + "\n".join(map(";".join, both)))
    for name in ("x.txt", "x.csv", "x.json", "two.csv"):
        assert read_schedules(tmp_path / name)[0].betas == pytest.approx(BETAS, rel=1e-15), name


NESTED = {
    "one deep": {"model": {"betas": BETAS.tolist()}, "epoch": 3},
    "beside an optimizer": {"optimizer": {"betas": [0.9, 0.999]}, "a": {"b": {"betas": BETAS.tolist()}}},
    "beside a list": {"losses": [3.0, 2.0, 1.5], "diffusion": {"alphas_cumprod": np.cumprod(1 - BETAS).tolist()}},
    "a config": {"noise": {"_class_name": "DDPMScheduler", "num_train_timesteps": 500}, "lr": 1e-4},
}


@pytest.mark.parametrize("name", NESTED)
def test_what_lies_within_an_object_is_found(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps(NESTED[name]))
    [schedule] = read_schedules(tmp_path / "x.json")
    assert schedule.betas == pytest.approx(BETAS, rel=1e-9)
    [schedule] = [Schedule.parse(f"custom:path={tmp_path / 'x.json'}")]
    assert schedule.betas == pytest.approx(BETAS, rel=1e-9)


def test_of_several_within_an_object_none_is_taken(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps({"a": {"betas": BETAS.tolist()}, "b": {"c": NESTED["one deep"]}}))
    with pytest.raises(FileError, match=r"several schedules within it, such as a\.betas and b\.c\.model\.betas; write"):
        read_schedules(tmp_path / "x.json")


def test_what_an_optimizer_calls_betas_is_no_schedule(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps({"optimizer": {"betas": [0.9, 0.999]}}))
    with pytest.raises(FileError, match="holds no betas, only optimizer"):
        read_schedules(tmp_path / "x.json")


@pytest.mark.parametrize(
    ("cell", "remedy"),
    [
        *((cell, "write plain numbers, 0.02 for 2 %, and leave the sign out") for cell in ("2%", "0.5 %", "1,5 ‰")),
        *((cell, "without marks between thousands") for cell in ("1.002.303098", "1'002.5", "1 002", "1.002.303")),
        ("two", "it must be a number"),
    ],
)
def test_what_is_no_number_is_answered_by_how_it_was_meant(cell: str, remedy: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(f"t;sigmas\n1;0.5\n2;{cell}\n3;2000\n")
    with pytest.raises(FileError, match=rf"_2 of .*{remedy}"):
        read_schedules(tmp_path / "x.csv")
