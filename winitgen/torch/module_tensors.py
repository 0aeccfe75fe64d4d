"""The tensors of a module by the names of its state_dict, and where each stands in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import torch

from winitgen.errors import UsageError

_WRAPPERS = ("_orig_mod", "_checkpoint_wrapped_module")
"""What torch.compile and checkpoint wrappers put into names; the names of a checkpoint are without."""


class ModuleTensor(NamedTuple):
    """One tensor of a module, with each of its ``names``: tied parameters have several."""

    names: list[str]
    value: Any


def tensors_of(module: Any, prefix: str, wanted: Collection[str]) -> list[ModuleTensor]:
    """Return the parameters and buffers of a module, each once; ``prefix`` goes before their names.

    Buffers that are left out of the state_dict are among them if their names are ``wanted``. Raises `UsageError` for what is no
    module, and for one whose parameters are joined into flat ones.
    """
    if not isinstance(module, torch.nn.Module):
        raise UsageError(f"module is a torch.nn.Module, not of the class {type(module).__name__}")
    _refuse_flat(module)
    named: dict[int, ModuleTensor] = {}
    for name, value in _named(inner(module)):
        full = prefix + name
        if value.kept or full in wanted:
            named.setdefault(id(value.tensor), ModuleTensor([], value.tensor)).names.append(full)
    return list(named.values())


def inner(module: Any) -> Any:
    """Return the module inside of DistributedDataParallel, which only puts ``module.`` before each name."""
    return module.module if isinstance(module, torch.nn.parallel.DistributedDataParallel) else module


class _Held(NamedTuple):
    """A tensor that a module holds; ``kept`` says that its state_dict has it."""

    tensor: Any
    kept: bool


def _named(module: Any) -> Iterator[tuple[str, _Held]]:
    """Yield each tensor under each of its names; a part of the module that stands in several places has several."""
    for path, part in module.named_modules(remove_duplicate=False):
        before = "".join(f"{key}." for key in path.split(".") if key and key not in _WRAPPERS)
        for name, value in part._parameters.items():
            if value is not None:
                yield before + name, _Held(value, True)
        for name, value in part._buffers.items():
            if value is not None:
                yield before + name, _Held(value, name not in part._non_persistent_buffers_set)


def _refuse_flat(module: Any) -> None:
    """Raise `UsageError` if a part of a module is of FSDP's first version, which joins parameters."""
    for part in module.modules():
        if type(part).__name__ == "FullyShardedDataParallel":
            raise UsageError(
                "FullyShardedDataParallel joins parameters into flat ones; shard with torch.distributed.fsdp.fully_shard, or fill the module before it is wrapped"
            )


def places(module: Any) -> Mapping[int, list[tuple[dict[str, Any], str]]]:
    """Return for each tensor, by its identity, the tables of the module's parts in which it stands, and its names there."""
    found: dict[int, list[tuple[dict[str, Any], str]]] = defaultdict(list)
    for part in module.modules():
        for table in (part._parameters, part._buffers):
            for name, value in table.items():
                if value is not None:
                    found[id(value)].append((table, name))
    return found
