"""What ``package.module:Class`` names, and the call of it."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from winitgen.errors import UsageError
from winitgen.importing.trace.needed import first_line
from winitgen.spec.mistakes import show, suggest

SUPPLIED = "rngs"
"""The argument that a trace of an ``nnx.Module`` supplies."""


def target_of(target: str) -> Any:
    """Import what a target names: a module, a colon, and a class or function in it, in segments joined by dots.

    The module is looked for in the current folder too, as Python does with ``-m``. Importing it runs its code.
    Raises `UsageError` for a target that names nothing.
    """
    module, colon, path = target.partition(":")
    if not colon or not module or not path:
        message = f"expected PACKAGE.MODULE:CLASS, such as torchvision.models:resnet18, not {show(target)}"
        raise UsageError(message)
    if dotted := _of_file(module):
        raise UsageError(
            f"{target}: {show(module)} is a file, and a module is expected; write {dotted}:{path}"
        )
    found = _imported(module, target)
    for name in path.split("."):
        if not hasattr(found, name):
            hint = suggest(name, [entry for entry in dir(found) if not entry.startswith("_")])
            raise UsageError(f"{target}: {getattr(found, '__name__', path)} has no {show(name)}{hint}")
        found = getattr(found, name)
    if not callable(found):
        raise UsageError(f"{target}: expected a class, or a function that returns a model, not {show(found)}")
    return found


def _of_file(module: str) -> str:
    """Return the module that a path of Python means, from the current folder; empty for what is no path.

    >>> _of_file("encoder.py"), _of_file("./models/encoder.py"), _of_file("models/encoder"), _of_file("models.encoder")
    ('encoder', 'models.encoder', 'models.encoder', '')
    """
    if os.path.isfile(f"{module.replace('.', '/')}.py"):  # a module that is called py
        return ""
    if not module.endswith(".py") and not set(module) & {"/", os.sep}:
        return ""
    path = os.path.normpath(module.removesuffix(".py")).replace(os.sep, "/")
    if os.path.isabs(path) or path.startswith(".."):
        return os.path.basename(path)
    return path.replace("/", ".")


def _imported(module: str, target: str) -> Any:
    """Import a module, also one of the current folder."""
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and (module == error.name or module.startswith(f"{error.name}.")):
            message = f"there is no module {show(error.name)}; is it installed, or in this folder?"
            raise UsageError(f"{target}: {message}") from None
        raise UsageError(f"{target}: importing it failed: {first_line(error)}") from error
    except MemoryError:
        raise
    except SystemExit as error:
        raise UsageError(f"{target}: importing it ends the program, so there is no model") from error
    except Exception as error:  # whatever the code of the user raises
        raise UsageError(f"{target}: importing it failed: {first_line(error)}") from error


def call_of(build: Any, target: str) -> Callable[..., Any]:
    """Return a function that calls what a target names; it raises `UsageError` where the target's code fails."""

    def call(**kwargs: Any) -> Any:
        try:
            return build(**kwargs)
        except MemoryError:
            raise
        except SystemExit as error:
            raise UsageError(f"{target}: building it ends the program, so there is no model") from error
        except Exception as error:  # whatever the code of the user raises
            raise UsageError(f"{target}: building it failed: {first_line(error)}") from error

    vars(call)["__wrapped__"] = build  # what `inspect.signature` looks at
    return call


def takes(build: Any) -> Mapping[str, inspect.Parameter] | None:
    """Return the parameters of a class or function by their names, None if they are not known.

    Those of a class are its own, whatever its metaclass takes.
    """
    build = getattr(build, "__wrapped__", build)
    try:
        init = getattr(build, "__init__", None)
        if isinstance(build, type) and inspect.isfunction(init):
            return dict([*inspect.signature(init).parameters.items()][1:])
        return inspect.signature(build).parameters
    except (TypeError, ValueError):
        return None


def check_arguments(build: Any, kwargs: Mapping[str, Any], target: str) -> None:
    """Raise `UsageError` for an argument that is not taken, and for the lack of one that is needed."""
    parameters = takes(build)
    if parameters is None:
        return
    named = [
        one.name for one in parameters.values() if one.kind in {one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY}
    ]
    unknown = [name for name in kwargs if name not in named]
    if unknown and not any(one.kind is one.VAR_KEYWORD for one in parameters.values()):
        hint = suggest(unknown[0], named) or f"; it takes {', '.join(named) or 'none'}"
        raise UsageError(f"{target} takes no argument {show(unknown[0])}{hint}")
    missing = [
        name
        for name in named
        if parameters[name].default is inspect.Parameter.empty and name not in {*kwargs, SUPPLIED}
    ]
    if missing:
        example = "{" + ", ".join(f'"{name}": ...' for name in missing) + "}"
        raise UsageError(f"{target} needs {', '.join(missing)}; give --kwargs '{example}'")
