"""Measures: how far pictures and sets of pictures lie apart, and how sure that is; NumPy, no torch, no files."""

from ddpm_studio.lab.measures.distances import covariance_error, mean_error, rms_per_picture, sliced_wasserstein
from ddpm_studio.lab.measures.paired_distances import PairedDistances
from ddpm_studio.lab.measures.pareto import pareto_front
from ddpm_studio.lab.measures.reached_order import ReachedOrder
from ddpm_studio.lab.measures.spread import Spread

__all__ = [
    "PairedDistances",
    "ReachedOrder",
    "Spread",
    "covariance_error",
    "mean_error",
    "pareto_front",
    "rms_per_picture",
    "sliced_wasserstein",
]
