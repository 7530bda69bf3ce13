"""One file per format of checkpoint. A new file here is found; it imports torch and the rest only where it reads."""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
