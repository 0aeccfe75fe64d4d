"""PyTorch as its users draw with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from safetensors.torch import save_file


def use(threads: int) -> None:
    """Use so many threads."""
    torch.set_num_threads(threads)


def he_normal(units: int, inputs: int) -> torch.Tensor:
    """Return a kernel of a ReLU layer."""
    kernel = torch.empty(units, inputs)
    torch.nn.init.kaiming_normal_(kernel, nonlinearity="relu")
    return kernel


def xavier_normal(units: int, inputs: int) -> torch.Tensor:
    """Return a kernel of another layer."""
    kernel = torch.empty(units, inputs)
    torch.nn.init.xavier_normal_(kernel)
    return kernel


def constant(units: int, value: float) -> torch.Tensor:
    """Return a bias."""
    return torch.full((units,), value)


def save(weights: Mapping[str, torch.Tensor], path: str) -> None:
    """Write the weights."""
    save_file(dict(weights), path)


def orthogonal(size: int) -> object:
    """Return an orthogonal matrix."""
    return torch.nn.init.orthogonal_(torch.empty(size, size))


def filler(distribution: str, dtype: str, count: int, _: int) -> Callable[[], object]:
    """Return what draws ``count`` values into a tensor; of float8 it rounds those of a float32 tensor."""
    narrow = dtype.startswith("float8")
    values = torch.empty(count, dtype=torch.float32 if narrow else getattr(torch, dtype))
    draws = {
        "normal": lambda: values.normal_(0, 0.02),
        "uniform": lambda: values.uniform_(-0.1, 0.1),
        "truncated normal": lambda: torch.nn.init.trunc_normal_(values, std=0.02, a=-0.04, b=0.04),
    }
    drawn = draws[distribution]
    return (lambda: drawn().to(getattr(torch, dtype))) if narrow else drawn
