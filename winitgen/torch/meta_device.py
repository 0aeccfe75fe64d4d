"""Gives the tensors of a module on the meta device memory, as ``Module.to_empty`` does; ties stay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

from winitgen.torch.complaints import Fill
from winitgen.torch.module_tensors import places
from winitgen.torch.shards import is_dtensor


def with_memory(module: Any, fills: Iterable[Fill], device: Any) -> list[Fill]:
    """Return tensors that are to be filled with memory, each put into all places of the module where it stood without.

    A DTensor gets memory on the device of its mesh; another one on ``device``, or PyTorch's default device.
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
    elif device is None:
        device = torch.get_default_device()
    with torch.no_grad():
        new = torch.empty_like(value, device=device)
    if isinstance(value, torch.nn.Parameter):
        new = torch.nn.Parameter(new, requires_grad=value.requires_grad)
    vars(new).update(vars(value))
    return new
