"""Models that copy what they drew, for tests that trace them."""

from __future__ import annotations

from typing import Any

REPEATED: dict[str, Any] = {
    "broadcast": lambda t, w: t.zeros(5, 60).copy_(w[0]),
    "inflated": lambda t, w: t.randn(6, 5, 1, 3).repeat(1, 1, 4, 1),
    "tiled columns": lambda t, w: w[:, :1].expand(60, 30).contiguous(),
    "repeated elements": lambda t, w: w.repeat_interleave(2, dim=1),
    "joined with a negative": lambda t, w: t.cat([w, -w]),
    "scaled row": lambda t, w: w[:1].mul(t.ones(20, 60)),
}
"""Values of a parameter in which drawn values are more than once, made with PyTorch from a matrix."""

DEPENDENT: dict[str, Any] = {
    "symmetric": lambda t, w: w + w.t(),
    "antisymmetric": lambda t, w: w - w.t(),
    "moved rows": lambda t, w: w + t.randn(60, 1),
    "differences": lambda t, w: w - w.roll(1, 1),
    "columns over columns": lambda t, w: w.index_copy(1, t.arange(9), w[:, 20:29]),
    "overlapping windows": lambda t, w: w.view(-1).unfold(0, 10, 1).clone(),
}
"""Values of a parameter that are normal, or nearly so, but not independent of each other."""

SHARED: dict[str, Any] = {
    "transposed": lambda t, w: w.t().clone(),
    "transposed copy": lambda t, w: t.empty(48, 48).copy_(w.t()),
    "transposed view": lambda t, w: w.t(),
    "permuted": lambda t, w: w.view(6, 8, 48).permute(1, 0, 2).reshape(48, 48),
    "halved": lambda t, w: w * 0.5,
    "moved": lambda t, w: w.clone().add_(1),
    "reversed": lambda t, w: w.flip(1),
    "a part": lambda t, w: w[8:40].clone(),
    "a column": lambda t, w: w[:, 5].clone(),
    "over a part": lambda t, w: t.cat([w[:16], t.randn(32, 48)]),
    "in a corner": lambda t, w: t.cat([t.randn(1, 50), t.cat([t.randn(48, 2), w], 1)]),
    "another format": lambda t, w: w.to(t.float16),
    "another shape": lambda t, w: w.reshape(24, 96).clone(),
    "transposed back": lambda t, w: w.t().clone().t(),
    "taken apart": lambda t, w: t.cat([w[:20], w[20:]]),
}
"""Values of a parameter from those of another one, by more than a plain copy."""

TIED: dict[str, Any] = {
    "copied": lambda t, w: t.zeros(48, 48).copy_(w),
    "copied twice": lambda t, w: w.clone().contiguous().clone(),
}
"""Values of a parameter that are those of another one, in its order."""


def one_parameter(*, values: str, kind: str) -> Any:
    """Return a module with a parameter of one of the values above."""
    import torch

    module = torch.nn.Module()
    with torch.no_grad():
        make = {"REPEATED": REPEATED, "DEPENDENT": DEPENDENT}[kind][values]
        module.w = torch.nn.Parameter(make(torch, torch.randn(60, 60)))
    return module


def two_parameters(*, values: str, kind: str) -> Any:
    """Return a module with a parameter, and one that is made from it."""
    import torch

    module = torch.nn.Module()
    with torch.no_grad():
        module.one = torch.nn.Parameter(torch.randn(48, 48))
        make = {"SHARED": SHARED, "TIED": TIED}[kind][values]
        module.two = torch.nn.Parameter(make(torch, module.one))
    return module


def normed(*, layers: int) -> Any:
    """Return a module of layers whose lengths of rows are computed from their kernels."""
    import torch

    norm = torch.nn.utils.parametrizations.weight_norm
    return torch.nn.Sequential(*(norm(torch.nn.Linear(70, 50)) for _ in range(layers)))


def chance(*, kind: str) -> Any:
    """Return a module whose code looks at what it drew, or takes random numbers of Python."""
    import random

    import torch

    module = torch.nn.Linear(30, 20)
    with torch.no_grad():
        if kind == "looked" and module.weight.max() > 0:
            module.bias.zero_()
        if kind == "outside":
            module.bias.fill_(random.uniform(1, 2))  # noqa: S311
        if kind == "neither" and torch.linspace(0, 1, 5)[2].item() > 0:
            module.bias.fill_(2)
    return module


def nnx_copies(*, values: str, rngs: Any) -> Any:
    """Return a Flax module with a layer whose kernel is made from that of another one, or from equal rows."""
    import jax.numpy as jnp
    from flax import nnx

    one, two = nnx.Linear(40, 40, rngs=rngs), nnx.Linear(40, 40, rngs=rngs)
    kernel = one.kernel.get_value()
    made = {
        "copied": kernel,
        "transposed": kernel.T,
        "a part": two.kernel.get_value().at[:9].set(-kernel[5:14]),
        "tiled": jnp.tile(two.kernel.get_value()[:1], (40, 1)),
    }
    two.kernel.set_value(made[values])
    return nnx.Sequential(one, two)
