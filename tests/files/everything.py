"""A real file of every type that opens, under the right suffix, in capitals, under a wrong one and without one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file

from ddpm_studio.diffusion import Schedule
from ddpm_studio.figures.figure import FigureLine
from ddpm_studio.figures.line_looks import ON_DARK
from ddpm_studio.files.export import export_bytes
from ddpm_studio.files.filetypes import (
    EXPORTED,
    FILE_TYPES,
    FOLDER,
    NPY,
    NPZ,
    PAGE,
    PDF_DOCUMENT,
    PROJECT,
    RUN,
    SAFETENSORS,
    SCHEDULER_CONFIG,
    SVG_DRAWING,
    TORCHSCRIPT,
    TRAINING,
    WEIGHTS,
    FileKind,
    FileType,
)
from ddpm_studio.files.recipes.carriers import svg_with, xmp_packet
from ddpm_studio.files.recipes.recipe import Recipe, RecipeSchedule
from ddpm_studio.files.recipes.recipe_json import recipe_text
from ddpm_studio.gui.projects.document import to_text, write_document
from ddpm_studio.gui.state.studio import first_state
from ddpm_studio.report import Report, ReportedSchedule, report_bytes
from tests.checkpoints.families.small import Table, inputs, made, quiet
from tests.checkpoints.tiny import save_pipeline

SCHEDULE = Schedule("linear", 6)
"""What every file that has one holds, a float32 of it where it is a checkpoint."""

RECIPE = recipe_text(Recipe("figure", (RecipeSchedule.of(SCHEDULE),)))
"""What every file that only carries how it was made says."""

LATENT = {
    "betas": torch.from_numpy(SCHEDULE.betas.copy()).float(),
    "model.diffusion_model.x": torch.zeros(2),
    "first_stage_model.x": torch.zeros(2),
}


@dataclass(frozen=True)
class Sample:
    """A way to write a file of a type; `scheduled` where a schedule can be taken from it."""

    type: FileType
    suffix: str
    write: Callable[[Path], object]
    scheduled: bool = True
    note: str = ""

    def __str__(self) -> str:
        return f"{self.type.name}{self.note}"

    def named(self, folder: Path) -> Iterator[Path]:
        """The file at each of its names, made anew in `folder`, which is empty."""
        first = folder / f"thing{self.suffix}"
        self.write(first)
        yield first
        wrong = ".ckpt" if self.type.kind is FileKind.SCHEDULES else ".csv"
        for name in {f"THING{self.suffix}".upper(), "without", f"wrong{wrong}", "wrong.jpg"}:
            (shutil.copytree if first.is_dir() else shutil.copyfile)(first, folder / name)
            yield folder / name


def _picture(form: str, path: Path) -> None:
    Image.new("RGB", (24, 16), "orange").save(path, form)


def _table(form: str, path: Path) -> None:
    path.write_bytes(export_bytes([SCHEDULE], None, form))


def _numbers(path: Path) -> None:
    np.savetxt(path, SCHEDULE.betas)


def _trained(path: Path) -> None:
    path.write_text("diffusion:\n  beta_schedule: linear\n  num_diffusion_timesteps: 6\n")


def _array(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, SCHEDULE.betas)


def _arrays(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, betas=SCHEDULE.betas)


def _list(path: Path) -> None:
    path.write_text(json.dumps(SCHEDULE.betas.tolist(), indent=1))


def _saved(path: Path, zipped: bool = True) -> None:
    torch.save({"state_dict": LATENT}, path, _use_new_zipfile_serialization=zipped)


def _script(path: Path) -> None:
    with quiet():
        torch.jit.script(made(Table)).save(path)


def _exported(path: Path) -> None:
    with quiet(), path.open("wb") as file:
        torch.export.save(torch.export.export(made(Table), inputs(2)), file)


def _pipeline(path: Path) -> None:
    save_pipeline(path, num_train_timesteps=SCHEDULE.T)


def _project(path: Path) -> None:
    path.write_text(to_text(write_document(first_state(), path.parent)))


def _run(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, samples=np.zeros((1, 2, 2, 3), np.uint8), recipe=np.array(RECIPE.encode()))


def _drawing(path: Path) -> None:
    path.write_bytes(svg_with(b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>\n', RECIPE))


def _document(path: Path) -> None:
    path.write_bytes(b"%PDF-1.4\n" + xmp_packet(RECIPE) + b"\n%%EOF\n")


def _page(path: Path) -> None:
    path.write_bytes(report_bytes(Report((ReportedSchedule(FigureLine(SCHEDULE), ON_DARK[0]),), recipe=RECIPE)))


def _named(name: str) -> FileType:
    return next(each for each in FILE_TYPES if each.name == name)


SAMPLES = (
    *(
        Sample(_named(name), suffix, partial(_picture, name.upper()), scheduled=False)
        for name, suffix in (
            ("PNG", ".png"),
            ("JPEG", ".jpeg"),
            ("WebP", ".webp"),
            ("AVIF", ".avif"),
            ("GIF", ".gif"),
            ("TIFF", ".tif"),
            ("BMP", ".bmp"),
        )
    ),
    Sample(_named("CSV"), ".csv", partial(_table, "csv")),
    Sample(_named("CSV"), ".txt", _numbers, note=" of one column"),
    Sample(_named("JSON"), ".json", partial(_table, "json")),
    Sample(_named("JSON"), ".json", _list, note=" list"),
    Sample(SCHEDULER_CONFIG, ".json", partial(_table, "diffusers")),
    Sample(TRAINING, ".yaml", _trained),
    Sample(NPY, ".npy", _array),
    Sample(NPZ, ".npz", partial(_table, "npz")),
    Sample(NPZ, ".npz", _arrays, note=" of one array"),
    Sample(SAFETENSORS, ".safetensors", partial(save_file, LATENT)),
    Sample(WEIGHTS, ".bin", _saved),
    Sample(WEIGHTS, ".pkl", partial(_saved, zipped=False), note=" in a pickle"),
    Sample(TORCHSCRIPT, ".pt", _script, scheduled=False),
    Sample(EXPORTED, ".pt2", _exported, scheduled=False),
    Sample(PROJECT, ".ddpm", _project, scheduled=False),
    Sample(FOLDER, "", _pipeline),
    Sample(RUN, ".npz", _run, scheduled=False),
    Sample(SVG_DRAWING, ".svg", _drawing, scheduled=False),
    Sample(PDF_DOCUMENT, ".pdf", _document, scheduled=False),
    Sample(PAGE, ".html", _page, scheduled=False),
)
