"""Checkpoint families, one folder each. A new folder with a module `family` is found."""

import importlib
import pkgutil

for _folder in pkgutil.iter_modules(__path__):
    if _folder.name != "shared":
        importlib.import_module(f"{__name__}.{_folder.name}.family")
