"""Reads how a kernel is normalised: a name, or a mapping."""

from __future__ import annotations

from typing import Any

from winitgen.catalog.layers.kernel_norm import KernelNorm
from winitgen.spec.absence import optional
from winitgen.spec.fields import BAD, Scope, check_keys, convert, hints_of, mapping_of, value_of
from winitgen.spec.nodes import Node, Scalar
from winitgen.spec.values import read_choice
from winitgen.spec.variables import written_out

NORMS = ("weight_norm", "spectral_norm")


def read_kernel_norm(node: Node, path: str, scope: Scope) -> KernelNorm | Any:
    """Return the norm of a kernel, or `BAD`."""
    node = written_out(node, scope)
    if isinstance(node, Scalar):
        name: Any = read_choice(node, path, scope, "kernel_norm", NORMS)
        return BAD if name is BAD else KernelNorm(type=name)
    mapping = mapping_of(node, path, scope, "a kernel_norm", "{type: weight_norm, axis: 2}")
    if mapping is None:
        return BAD
    hints = hints_of(KernelNorm)
    if "type" not in mapping.pairs:
        return scope.fail(node, path, "a mapping here needs 'type', as in {type: weight_norm, axis: 2}")
    misspelt = check_keys(mapping, list(hints), path, scope, "kernel_norm")
    found: dict[str, Any] = {}
    for key, (_, inner) in optional(mapping, scope, ("type",)).pairs.items():
        if key in hints:
            value = value_of(inner, f"{path}.{key}", scope)
            found[key] = value if value is BAD else convert(value, hints[key], inner, f"{path}.{key}", scope)
    return BAD if misspelt or BAD in found.values() else KernelNorm(**found)
