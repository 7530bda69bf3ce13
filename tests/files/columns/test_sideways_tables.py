"""Tables that do not stand in columns: a row each behind its name, and lists of YAML, code and R."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import StudioError
from ddpm_studio.files.steps.step_lists import read_step_list

BETAS = np.round(np.linspace(7e-4, 0.021, 12), 6)
ITEMS = [f"{beta:.6f}" for beta in BETAS]
ALPHAS_BAR = [f"{each:.9f}" for each in np.cumprod(1 - BETAS)]


def opened(folder: Path, text: str) -> Schedule:
    (folder / "x.yaml").write_text(text, newline="", encoding="latin-1")
    return Schedule.parse(f"custom:path={folder / 'x.yaml'}")


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(StudioError) as caught:
        opened(folder, text)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "beta," + ",".join(ITEMS),
        "beta;" + ";".join(ITEMS).replace(".", ",") + "\n",
        "betas: " + " ".join(ITEMS),
        "beta = " + ", ".join(ITEMS),
        "\ufeff".encode().decode("latin-1") + "beta\t" + "\t".join(ITEMS) + "\nalpha_bar\t" + "\t".join(ALPHAS_BAR),
        "," + ",".join(map(str, range(12))) + "\nx," + ",".join(ITEMS) + "\n",
        "t," + ",".join(map(str, range(12, 0, -1))) + "\nbeta," + ",".join(reversed(ITEMS)) + "\n",
        "name: ours\nbetas: [" + ", ".join(ITEMS) + "]\n",
        "model:\r\n  betas:  # of ours\r\n" + "".join(f"  - {item}\r\n" for item in ITEMS) + "  dim: 64\r\n",
        "adam:\n  betas: [0.9, 0.99]\nnoise: {'betas': [\n" + ",\n".join(ITEMS) + "\n]}\n",
        "import numpy as np\n\nbetas = np.array([" + ", ".join(ITEMS) + "])\nT = 12\n",
        "const float betas[12] = {\n" + ",\n".join(ITEMS) + "};\n",
        "".join(f" [{place + 1}] {' '.join(ITEMS[place : place + 5])}\n" for place in (0, 5, 10)),
        "tensor([" + ", ".join(ITEMS) + "], device='cuda:0')\n",
        "- betas: [" + ", ".join(ITEMS) + "]\n  alphas_cumprod: [" + ", ".join(ALPHAS_BAR) + "]\n",
    ],
)
def test_each_opens_as_what_it_holds(tmp_path: Path, text: str) -> None:
    assert opened(tmp_path, text).betas.tolist() == BETAS.tolist()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name: ours\ndim: 64\n", "holds settings, but no schedule by names that are known, such as"),
        ("train:\n  - a\n  betas: [0.9, 0.99]\n", "holds settings, but no schedule by names that are known"),
        ("a: 1\nbeta_schedule: linear\ntimesteps: 9\n", "such as beta_schedule with num_train_timesteps"),
        ("beta\n", "has no numbers below “beta”; the file may be cut off"),
        ("name: ours\nbetas:\n" + "- 0.1\n" * 10 + "- x\n", "β_11 of .* is 'x'; it must be a number"),
        ("- betas: [" + ", ".join(ITEMS) + "]\n- betas: [" + "0.1, " * 12 + "]\n", "several lists called betas"),
        ("betas: [" + ", ".join(ITEMS) + "]\nac: [" + "0.5, " * 12 + "]\n", "contradicts itself"),
        ("beta,0.1,0.2,x\n", "has no numbers below “beta”"),
        ("date: today\nbeta\n0.1\n0.2\n", "holds no betas, only date: today"),
        ("étape,bêta\n1,0.1\n", "holds no betas, only étape, bêta;"),
        ("a,1,2,3\nb,1,2,3\n", "holds no betas, only a, b;"),
    ],
)
def test_each_is_refused_as_what_it_is(tmp_path: Path, text: str, sentence: str) -> None:
    assert re.search(sentence, refusal(tmp_path, text))


@pytest.mark.parametrize("text", ["timesteps:\n" + "- 9\n- 5\n" * 5, "timestep,9,5,9,5,9,5,9,5,9,5\n"])
def test_steps_told_so_are_read_as_steps_where_the_refusal_sends_them(tmp_path: Path, text: str) -> None:
    assert "lists the steps of a sampler, not a schedule; give it by --spacing file:" in refusal(tmp_path, text)
    found = read_step_list(str(tmp_path / "x.yaml"))
    assert (found.sort, found.numbers) == ("timesteps", (9.0, 5.0) * 5)


def test_a_table_of_more_rows_with_names_is_not_turned(tmp_path: Path) -> None:
    assert "β_1" in refusal(tmp_path, "beta,0.1,0.2,0.3\n" * 9)
