"""An operation of the probe against PyTorch: its output, and the gradient of its input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from winitgen.probing.operations.operation import Operation

DTYPES = ("float32", "float64")
TOLERANCE = {"float32": 1e-4, "float64": 1e-10}
"""Relative to the largest value."""


def batch(*shape: int, dtype: str, seed: int = 0, mean: float = 0.3, std: float = 1.2) -> np.ndarray:
    """Return Gaussian values, not exactly standard."""
    return np.random.default_rng(seed).normal(mean, std, shape).astype(dtype)


def compare(operation: Operation, torch: Any, reference: Callable[..., Any], inputs: Sequence[Any]) -> None:
    """Check an operation on ``inputs`` against ``reference``, a function of as many tensors.

    Its input and the gradient it receives must be unchanged afterwards, and of the same
    dtype as the results.
    """
    dtype = operation.weights.dtype
    given = [array.copy() for array in inputs]
    tensors = [torch.tensor(array, requires_grad=array.dtype.kind == "f") for array in inputs]
    expected = reference(*tensors)
    gradient = batch(*expected.shape, dtype=dtype, seed=1)
    expected.backward(torch.tensor(gradient))
    out = operation.forward(given, keep=True)
    given_back = gradient.copy()
    back = operation.backward(given_back)

    close(expected.detach().numpy(), out, dtype)
    close(out, operation.forward(given, keep=False), dtype)
    assert len(back) == len(inputs)
    for tensor, own in zip(tensors, back, strict=True):
        if tensor.grad is None:
            assert own is None
        else:
            close(tensor.grad.numpy(), own, dtype)
    assert all(np.array_equal(*pair) for pair in zip((*inputs, gradient), (*given, given_back), strict=True))


def close(expected: np.ndarray, own: Any, dtype: str) -> None:
    """Check the values and the dtype of an array."""
    assert (expected.shape, dtype) == (own.shape, str(own.dtype))
    tolerance = TOLERANCE[dtype]
    np.testing.assert_allclose(own, expected, rtol=tolerance, atol=tolerance * np.abs(expected).max())


def tensors(operation: Operation, torch: Any, *roles: str, part: str = "") -> list[Any]:
    """Return parameters of an operation as PyTorch tensors, None for a missing one."""
    arrays = [operation.weights.array(role, part) for role in roles]
    return [None if array is None else torch.tensor(array) for array in arrays]
