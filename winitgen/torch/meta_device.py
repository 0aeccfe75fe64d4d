"""Gives the tensors of a module on the meta device memory, as ``Module.to_empty`` does; ties stay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

from winitgen.checkpoint.frameworks import torch_device
from winitgen.errors import UsageError
from winitgen.torch.complaints import Fill
from winitgen.torch.module_tensors import places
from winitgen.torch.shards import is_dtensor


def memory_device(fills: Iterable[Fill], device: Any) -> Any:
    """Return the device on which tensors without memory get it: ``device``, or PyTorch's default device if that is None.

    Raises `UsageError` for a device that PyTorch has not here, and for the meta device, on which there is no memory.
    """
    if device is not None:
        place = torch_device(device)
        if place.type == "meta":
            raise UsageError("device is one with memory, such as 'cpu', not 'meta'")
        return place
    place = torch.get_default_device()
    if place.type == "meta" and any(fill.value.is_meta and not is_dtensor(fill.value) for fill in fills):
        raise UsageError(
            "PyTorch's default device is meta here, where no tensor has memory; "
            "call init_ outside of torch.device('meta'), or give it a device"
        )
    return place


def with_memory(module: Any, fills: Iterable[Fill], device: Any) -> list[Fill]:
    """Return tensors that are to be filled with memory, each put into all places of the module where it stood without.

    A DTensor gets memory on the device of its mesh; another one on ``device``.
    """
    fills = list(fills)
    if not any(fill.value.is_meta for fill in fills):
        return fills
    tables = places(module)
    found = []
    for fill in fills:
        value = _empty(fill.value, device) if fill.value.is_meta else fill.value
        if value is not fill.value:
            for table, name in tables[id(fill.value)]:
                table[name] = value
        found.append(Fill(fill.name, value))
    return found


def left_on_meta(module: Any) -> list[str]:
    """Return the names of buffers that are still on the meta device: the state_dict leaves them out, so no spec has them."""
    return [name for name, value in module.named_buffers() if value.is_meta]


def _empty(value: Any, device: Any) -> Any:
    """Return a tensor like one on the meta device, with memory and whatever attributes were set on that one."""
    if is_dtensor(value):
        device = value.device_mesh.device_type
    with torch.no_grad():
        new = torch.empty_like(value, device=device)
    if isinstance(value, torch.nn.Parameter):
        new = torch.nn.Parameter(new, requires_grad=value.requires_grad)
    vars(new).update(vars(value))
    return new
