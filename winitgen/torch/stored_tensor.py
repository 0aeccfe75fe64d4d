"""A tensor of PyTorch as what the readers of files make of one: names, shapes, formats, and values run by run."""

from __future__ import annotations

import math
from typing import Any

import torch

from winitgen.files.input.stored_array import StoredArray
from winitgen.numeric.dtypes import DTYPES


def stored(name: str, value: Any) -> StoredArray:
    """Return a tensor as a stored array, with the shape of the whole tensor; one of a lazy module has no shape yet."""
    lazy = torch.nn.parameter.is_lazy(value)
    dtype = dtype_of(value)

    def read(start: int, count: int) -> Any:
        return to_numpy(value.detach().reshape(-1)[start : start + count], dtype)

    shape = None if lazy else tuple(value.shape)
    return StoredArray(name, dtype, shape, math.prod(shape or ()) * value.dtype.itemsize, read)


def dtype_of(value: Any) -> str:
    """Return the name of a tensor's number format, which is the same in NumPy and ml_dtypes."""
    return str(value.dtype).removeprefix("torch.")


def to_numpy(values: Any, dtype: str) -> Any:
    """Return values of PyTorch as an array of NumPy, with the same bits."""
    values = values.cpu().contiguous()
    if dtype in DTYPES and DTYPES[dtype].stored_as:
        bits = values.view(getattr(torch, DTYPES[dtype].stored_as))
        return bits.numpy().view(DTYPES[dtype].numpy())
    return values.numpy()
