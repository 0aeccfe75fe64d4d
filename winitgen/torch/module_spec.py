"""A module of PyTorch as a layer-spec: traced while it is built, or by the values that it has."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from winitgen.errors import UsageError
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.found import FoundTensor, TracedModel
from winitgen.importing.layer_spec import layer_spec
from winitgen.importing.name_tree import refuse_tensors
from winitgen.load import parse_spec
from winitgen.spec.model import ModelSpec
from winitgen.torch.module_tensors import inner, tensors_of
from winitgen.torch.shards import is_dtensor
from winitgen.torch.stored_tensor import stored


class ModuleSpec(NamedTuple):
    """A layer-spec as the ``text`` of its file, and ``notes``: what is to be told about it, a line each."""

    text: str
    notes: list[str]

    @property
    def spec(self) -> ModelSpec:
        """The same layer-spec as an object, which `init_` and all functions of winitgen take."""
        return parse_spec(self.text.encode(), "<module>")


def from_module(module: Any) -> ModuleSpec:
    """Return the layer-spec of a module: its names, shapes and number formats, and the law of each tensor.

    ``module`` is what builds one, a class or a function without arguments (``functools.partial(Net, 64)`` has them): it runs once,
    on tensors without memory, and every operation that fills one is recorded, as ``winitgen import PACKAGE.MODULE:CLASS`` does. That is
    exact. A live ``torch.nn.Module`` does not say how it was filled: its values are read, and each tensor gets the law that
    they follow, as ``winitgen import FILE --fit`` does. That is a finding of statistics, which needs a fresh module and enough values.

    Raises `SpecError` for tensors whose law cannot be said, and `UsageError` for what is neither, for a builder that
    fails, and for a live module whose values are not all here: on the meta device, or in DTensors.
    """
    if isinstance(module, torch.nn.Module):
        label = type(inner(module)).__name__
        return _spec(
            label,
            _fitted(module, label),
            f"The tensors of a live {label}. Their laws are found in its values.",
        )
    if not callable(module):
        raise UsageError(
            f"module is a torch.nn.Module, or a class or function that builds one, not of the class {type(module).__name__}"
        )
    from winitgen.importing.trace.needed import quiet
    from winitgen.importing.trace.target import call_of
    from winitgen.importing.trace.torch_model import tensors_of as traced_tensors

    label = getattr(getattr(module, "func", module), "__name__", "module")
    with quiet():
        found = traced_tensors(call_of(module, label), {}, label)
    if not isinstance(found, TracedModel):
        raise UsageError(
            f"{label} returned an object of the class {type(found).__name__}, not a torch.nn.Module"
        )
    return _spec(label, found, f"Traced from {label}: names, shapes and laws as its code initializes them.")


def _spec(label: str, found: TracedModel, heading: str) -> ModuleSpec:
    from winitgen.importing.trace import main_dtype

    text = layer_spec(
        found.tensors, model=label, dtype=main_dtype(found.tensors), heading=heading, file=label
    )
    return ModuleSpec(text, found.notes)


def _fitted(module: Any, label: str) -> TracedModel:
    """Return the tensors of a live module with the laws of their values."""
    from winitgen.importing.fit.fitting import fitted

    arrays = [_here(name, one.value) for one in tensors_of(module, "", ()) for name in one.names]
    found, lawless = [], []
    for tensor in fitted(arrays, [array.name for array in arrays]):
        if isinstance(tensor, FoundTensor):
            found.append(tensor)
        else:
            lawless.append((tensor.name, tensor.why))
    refuse_tensors(lawless, label, "no law")
    return TracedModel(found, [])


def _here(name: str, value: Any) -> StoredArray:
    """Return a tensor as an array; raise `UsageError` if its values are not all here."""
    if value.is_meta or is_dtensor(value):
        where = "on the meta device" if value.is_meta else "a DTensor"
        raise UsageError(
            f"{name} is {where}, so its values are not all here; give from_module the class or the function that builds the module"
        )
    return stored(name, value)
