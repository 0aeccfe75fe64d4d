"""What ``package.module:Class`` names."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

from winitgen.errors import UsageError
from winitgen.importing.trace.needed import first_line
from winitgen.spec.mistakes import show, suggest


def target_of(target: str) -> Any:
    """Import what a target names: a module, a colon, and a class or function in it, in segments joined by dots.

    The module is looked for in the current folder too, as Python does with ``-m``. Importing it runs its code.
    Raises `UsageError` for a target that names nothing.
    """
    module_name, colon, path = target.partition(":")
    if not colon or not module_name or not path:
        raise UsageError(
            f"expected PACKAGE.MODULE:CLASS, such as torchvision.models:resnet18, not {show(target)}"
        )
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found: Any = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is not None and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            raise UsageError(
                f"{target}: there is no module {show(error.name)}; is it installed, or in this folder?"
            ) from None
        raise UsageError(f"{target}: importing it failed: {first_line(error)}") from error
    except Exception as error:  # whatever the code of the user raises
        raise UsageError(f"{target}: importing it failed: {first_line(error)}") from error
    for name in path.split("."):
        if not hasattr(found, name):
            hint = suggest(name, [entry for entry in dir(found) if not entry.startswith("_")])
            raise UsageError(f"{target}: {getattr(found, '__name__', path)} has no {show(name)}{hint}")
        found = getattr(found, name)
    if not callable(found):
        raise UsageError(f"{target}: expected a class, or a function that returns a model, not {show(found)}")
    return found
