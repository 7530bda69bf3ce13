"""Solvers, one file per family, each turning Steps into the rows of a SolverTable. A new file here is found."""

import importlib
import pkgutil

from ddpm_studio.diffusion.solvers.registry import SOLVERS, Rows, Solver, solver_named, solver_table

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["SOLVERS", "Rows", "Solver", "solver_named", "solver_table"]
