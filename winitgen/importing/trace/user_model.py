"""From a class that the user names to the tensors of what it builds."""

from __future__ import annotations

from typing import Any, NamedTuple

from winitgen.errors import UsageError
from winitgen.importing.found import FoundTensor
from winitgen.importing.trace.needed import first_line
from winitgen.importing.trace.target import target_of
from winitgen.spec.mistakes import show


class UserModel(NamedTuple):
    """What a class built: the model's name, and each tensor."""

    name: str
    tensors: list[FoundTensor]
    notes: list[str]


def user_model(target: str, kwargs: dict[str, Any]) -> UserModel:
    """Call what ``target`` names with ``kwargs``, and return the tensors of the model.

    Raises `UsageError` if that fails or gives no model, and `SpecError` for tensors whose law cannot be said.
    """
    build = target_of(target)
    kind = _kind(build)
    name = getattr(build, "__name__", target.rpartition(":")[2])
    try:
        if kind == "nnx":
            from winitgen.importing.trace.nnx_model import nnx_tensors

            return UserModel(name, nnx_tensors(build, kwargs, target), [])
        if kind == "keras":
            from winitgen.importing.trace.keras_model import keras_tensors

            return UserModel(name, keras_tensors(build, kwargs, target), [])
        from winitgen.importing.trace.torch_model import torch_tensors

        return UserModel(name, torch_tensors(build, kwargs, target), [])
    except BuildFailed as failed:
        raise UsageError(f"{target}: {failed}") from failed.__cause__
