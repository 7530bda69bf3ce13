"""Tables as spreadsheets, NumPy, pandas and people write them: each opens as the numbers that it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import StudioError

BETAS = [0.01, 0.25, 0.5]


@pytest.mark.parametrize(
    "content",
    [
        "t;beta\n1;0,01\n2;0,25\n3;0,5\n",
        "t\tbeta\r\n1\t0,01\r\n2\t0,25\r\n3\t0,5\r\n",
        "t betas\n1 1e-2\n2  0.25\n3 0.5\n",
        "0,01\n0,25\n0,5\n",
        "beta\n0,01\n0,25\n0,5\n",
        "0,01; 0,25; 0,5",
        "0.01, 0.25, 0.5",
        "0.01, 0.25, 0.5,\n",
        "0.01 0.25 0.5\n",
        "0.01\t0.25\t0.5\n",
        "(0.01, 0.25, 0.5)",
        "betas\r0.01\r0.25\r0.5\r",
        "# by numpy.savetxt\n# of 2021\n1.000000e-02\n2.500000e-01\n5.000000e-01\n",
        "# mine\n# t betas\n1 0.01\n2 0.25\n3 0.5\n",
        "% of Matlab\n0.01\n0.25\n0.5\n",
        ",0\n0,0.01\n1,0.25\n2,0.5\n",
        "Unnamed: 0,value\n0,0.01\n1,0.25\n2,0.5\n",
        "0,0.01\n1,0.25\n2,0.5\n",
        "1;0,01\n2;0,25\n3;0,5\n",
        "\n\n0.01\n\n0.25\n0.5\n\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_each_opens_as_what_it_holds(tmp_path: Path, content: str, encoding: str) -> None:
    (tmp_path / "x.txt").write_bytes(content.encode(encoding))
    read = Schedule.parse(f"custom:path={tmp_path / 'x.txt'}")
    assert read.betas.tolist() == BETAS
    assert read.quantity == ""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("t,beta\n1,0,01\n2,0,25\n", "Line 2 of .* has 3 of 2 cells; .* decimal commas, which want semicolons"),
        ("0.1,0.2\n0.3,0.4\n", "holds no betas, only 0.1, 0.2; name a column"),
        ("0.1,0.2,0.3\n0.3,0.4,0.5\n", "holds no betas, only 0.1, 0.2, 0.3; name a column"),
        ("a,b\n0.3,0.4\n", "holds no betas, only a, b; name a column"),
        (
            f"{'noise of a long name,' * 9}b\n",
            "only noise of a long name, noise of a long name, noise of a long name and 7 more;",
        ),
    ],
)
def test_what_may_be_several_columns_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "x.txt").write_text(content)
    with pytest.raises(StudioError, match=sentence):
        Schedule.parse(f"custom:path={tmp_path / 'x.txt'}")
