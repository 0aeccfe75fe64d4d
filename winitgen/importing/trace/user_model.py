"""From a class that the user names to the tensors of what it builds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from winitgen.errors import UsageError
from winitgen.importing.found import FoundTensor, TracedModel
from winitgen.importing.trace.frameworks import FRAMEWORKS, framework_of, guessed_framework
from winitgen.importing.trace.needed import choose_backend, need, quiet
from winitgen.importing.trace.target import call_of, check_arguments, target_of
from winitgen.spec.mistakes import show


class UserModel(NamedTuple):
    """What a class built: the model's name, each tensor, and what is to be told about them."""

    name: str
    tensors: list[FoundTensor]
    notes: list[str]


def user_model(target: str, kwargs: dict[str, Any]) -> UserModel:
    """Call what ``target`` names with ``kwargs``, and return the tensors of the model.

    A function is called once more if what it returned is of another framework than its module suggests. Raises
    `UsageError` if that fails or gives no model, and `SpecError` for tensors whose law cannot be said.
    """
    with quiet():
        return _model(target, kwargs)


def _model(target: str, kwargs: dict[str, Any]) -> UserModel:
    choose_backend()
    build = target_of(target)
    check_arguments(build, kwargs, target)
    call = call_of(build, target)
    guess = guessed_framework(build)
    found = _tensors(guess, call, kwargs, target)
    if not isinstance(found, TracedModel):
        actual = framework_of(type(found))
        if actual is None:
            message = "expected a torch.nn.Module, a model of Keras or an nnx.Module"
            raise UsageError(f"{target} returned {show(type(found).__name__)}; {message}")
        found = _tensors(actual, call, kwargs, target)
    return UserModel(getattr(build, "__name__", target.rpartition(":")[2]), *found)


def _tensors(
    framework: str, call: Callable[..., Any], kwargs: Mapping[str, Any], target: str
) -> TracedModel | Any:
    """Return the tensors of what a call returns, or what it returns if that is of another framework."""
    need(framework)
    module = import_module(f"winitgen.importing.trace.{FRAMEWORKS[framework]}")
    return module.tensors_of(call, kwargs, target)
