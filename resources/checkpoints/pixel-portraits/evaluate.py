"""Measures the bundled model and draws the card's pictures: python evaluate.py WORK (the folder train.py worked in)."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from diffusers import DDIMPipeline, DDIMScheduler, DDPMPipeline
from figures import draw_grid, draw_losses, draw_pairs
from portraits import Pictures, load_portraits
from tqdm import tqdm

Vectors = npt.NDArray[np.float32]

COUNT = 2000
STEPS = 50
PROJECTIONS = 256
BACKGROUNDS = 5


def sample(folder: Path, count: int, steps: int = STEPS) -> Pictures:
    """Pictures of the model, (count, 16, 16, 3): deterministic DDIM from noise of a fixed seed."""
    trained = DDPMPipeline.from_pretrained(folder)
    scheduler = DDIMScheduler.from_config(trained.scheduler.config, timestep_spacing="trailing")
    pipeline = DDIMPipeline(trained.unet, scheduler)
    pipeline.set_progress_bar_config(disable=True)
    generator = torch.Generator().manual_seed(0)
    batches = [
        pipeline(min(100, count - done), generator, num_inference_steps=steps, output_type="np").images
        for done in tqdm(range(0, count, 100), desc="samples", disable=None)
    ]
    return np.rint(np.concatenate(batches) * 255).astype(np.uint8)


def pixels(pictures: Pictures) -> Vectors:
    """Each picture as one vector, (B, 768), in 0 … 1."""
    return pictures.reshape(len(pictures), -1).astype(np.float32) / 255


def patches(pictures: Pictures) -> Vectors:
    """Every 3×3 patch of every picture, (B·14·14, 27), in 0 … 1."""
    windows = np.lib.stride_tricks.sliding_window_view(pictures, (3, 3), axis=(1, 2))
    return windows.reshape(-1, 27).astype(np.float32) / 255


def sliced_wasserstein(a: Vectors, b: Vectors) -> float:
    """Mean Wasserstein-1 distance of `a` and `b`, equally many, along fixed random directions (Rabin et al. 2011)."""
    directions = np.random.default_rng(0).standard_normal((a.shape[1], PROJECTIONS)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=0)
    distances = [np.abs(np.sort(a @ line) - np.sort(b @ line)).mean() for line in directions.T]
    return float(np.mean(distances))


def palette_distance(pictures: Pictures, palette: Pictures) -> npt.NDArray[np.float32]:
    """How far each pixel is from the nearest colour of `palette` (K, 3): largest channel, in levels of 255."""
    colours, inverse = np.unique(pictures.reshape(-1, 3), axis=0, return_inverse=True)
    nearest = [np.abs(palette.astype(np.float32) - colour).max(axis=1).min() for colour in colours]
    return np.array(nearest, np.float32)[inverse.ravel()].reshape(pictures.shape[:3])


def speckle(pictures: Pictures) -> float:
    """The share of pixels that differ a little (3 to 24 levels of 255) from the most similar of their four neighbours.

    In a flat-coloured picture a pixel equals a neighbour or differs from all of them clearly.
    """
    padded = np.pad(pictures.astype(np.int16), ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-512)
    centre = padded[:, 1:-1, 1:-1]
    around = (padded[:, :-2, 1:-1], padded[:, 2:, 1:-1], padded[:, 1:-1, :-2], padded[:, 1:-1, 2:])
    nearest = np.min([np.abs(centre - other).max(axis=-1) for other in around], axis=0)
    return float(((nearest >= 3) & (nearest <= 24)).mean())


def nearest_pictures(pictures: Pictures, among: Pictures) -> tuple[npt.NDArray[np.intp], Vectors]:
    """The index of the nearest of `among` to each picture, and its root-mean-square distance in levels of 255."""
    queries, candidates = pixels(pictures), pixels(among)
    squares = (queries**2).sum(1)[:, None] + (candidates**2).sum(1) - 2 * queries @ candidates.T
    index = squares.argmin(axis=1)
    least = squares[np.arange(len(index)), index].clip(min=0)
    return index, 255 * np.sqrt(least / queries.shape[1])


def report_distribution(samples: Pictures, held_out: Pictures) -> None:
    first, second = held_out[:COUNT], held_out[COUNT : 2 * COUNT]
    for name, vectors in (("pixels", pixels), ("3×3 patches", patches)):
        distance = sliced_wasserstein(vectors(samples), vectors(first))
        between = sliced_wasserstein(vectors(first), vectors(second))
        tqdm.write(
            f"sliced Wasserstein, {name}: {distance:.5f}, held-out {between:.5f}, ratio {distance / between:.2f}"
        )


def report_cleanness(samples: Pictures, training: Pictures, held_out: Pictures) -> None:
    palette = np.unique(training.reshape(-1, 3), axis=0)
    for name, pictures in (("samples", samples), ("held-out", held_out[:COUNT])):
        distance = palette_distance(pictures, palette)
        tqdm.write(
            f"{name}: {distance.mean():.2f} levels from the palette of {len(palette)} colours, "
            f"{(distance > 8).mean():.2%} of pixels above 8; speckle {speckle(pictures):.2%}"
        )


def report_backgrounds(samples: Pictures, training: Pictures, held_out: Pictures) -> None:
    """What the upper left corner shows, which is one of five backgrounds but where hair reaches it."""
    colours, counts = np.unique(training[:, 0, 0], axis=0, return_counts=True)
    backgrounds = colours[np.argsort(counts)[-BACKGROUNDS:]]
    for name, pictures in (("samples", samples), ("held-out", held_out[:COUNT])):
        distances = np.abs(pictures[:, 0, 0, None].astype(np.int16) - backgrounds).max(axis=-1)
        middle, high = np.percentile(distances.min(axis=1), (50, 95))
        shares = ", ".join(f"{share:.0%}" for share in np.sort(np.bincount(distances.argmin(axis=1)) / len(pictures)))
        tqdm.write(f"{name}: corner {middle:.0f} / {high:.0f} levels off a background (50, 95 %); these in {shares}")
        tqdm.write(f"{name}: mean colour {pictures.mean(axis=(0, 1, 2)).round(1)}")


def report_copies(samples: Pictures, training: Pictures, held_out: Pictures) -> None:
    for name, pictures in (("samples", samples), ("held-out", held_out[:COUNT])):
        distance = nearest_pictures(pictures, training)[1]
        low, middle, high = np.percentile(distance, (5, 50, 95))
        tqdm.write(f"{name}: nearest training picture {low:.1f} / {middle:.1f} / {high:.1f} levels (5, 50, 95 %)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path, help="folder with portraits.npy and loss.csv")
    parser.add_argument("--model", type=Path, default=Path(__file__).parent, help="pipeline folder")
    options = parser.parse_args()

    training, held_out = load_portraits(options.work)
    samples = sample(options.model, COUNT)
    report_distribution(samples, held_out)
    report_cleanness(samples, training, held_out)
    report_backgrounds(samples, training, held_out)
    report_copies(samples, training, held_out)
    draw_grid(samples[:64], options.model / "samples.png")
    draw_pairs(samples[:64], training[nearest_pictures(samples[:64], training)[0]], options.model / "nearest.png")
    draw_losses(options.work / "loss.csv", options.model / "loss.png")


if __name__ == "__main__":
    main()
