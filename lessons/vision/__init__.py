"""Networks for pictures: made, shrunk, trained and measured. The twin of `language/`."""

import importlib
import pkgutil

for _found in pkgutil.iter_modules(__path__):
    if _found.name.endswith("_step"):  # what a step of its own file does (see `steps.apply`)
        importlib.import_module(f"{__name__}.{_found.name}")
