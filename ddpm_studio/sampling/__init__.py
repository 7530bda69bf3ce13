"""Sampler in torch: walks a solver's table with a network."""

from ddpm_studio.sampling.clipping import Thresholding
from ddpm_studio.sampling.conditions import Condition, labelled
from ddpm_studio.sampling.denoiser import Denoiser
from ddpm_studio.sampling.devices import device_named
from ddpm_studio.sampling.engine import Step, run
from ddpm_studio.sampling.picture_noise import PictureNoise

__all__ = ["Condition", "Denoiser", "PictureNoise", "Step", "Thresholding", "device_named", "labelled", "run"]
