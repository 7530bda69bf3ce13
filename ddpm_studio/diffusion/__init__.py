"""Mathematics of diffusion: NumPy, float64, no torch, no Qt, no files."""

from ddpm_studio.diffusion.curve import Curve
from ddpm_studio.diffusion.curves import CURVES, Coefficients
from ddpm_studio.diffusion.findings import Finding, findings_of
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.solvers import solver_table
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.diffusion.table import SolverTable

__all__ = [
    "CURVES",
    "Coefficients",
    "Curve",
    "Finding",
    "Schedule",
    "SolverTable",
    "Steps",
    "findings_of",
    "solver_table",
]
