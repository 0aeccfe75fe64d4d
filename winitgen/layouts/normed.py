"""Normalised kernels, which only the torch layout has."""

from __future__ import annotations

from winitgen.catalog.layers.flow import Refusal
from winitgen.catalog.layers.kernel_norm import NormedKernel
from winitgen.planning.plan import Plan


def refused_norms(plan: Plan, framework: str) -> list[tuple[int, Refusal]]:
    """Return the layers with a normalised kernel, by their index in ``plan.layers``, and the reason."""
    found = []
    for index, layer in enumerate(plan.layers):
        kind = layer.layer
        if isinstance(kind, NormedKernel) and kind.kernel_norm is not None:
            name = kind.kernel_norm.type
            message = f"{framework} keeps other parts of a {name} than PyTorch; use the torch layout, or leave kernel_norm out"
            found.append((index, Refusal("kernel_norm", message)))
    return found
