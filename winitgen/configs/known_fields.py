"""What every config may have: fields that change no tensor, and the library's names of activations."""

from __future__ import annotations

from pkgutil import get_data

IGNORED = frozenset((get_data("winitgen.configs", "ignored_fields.txt") or b"").decode().split())
"""Fields of the library's base class, and settings of generation and of training that no tensor depends on."""

MAY_BE_WHOLE = frozenset(("rope_theta", "rope_local_base_freq", "global_rope_theta", "local_rope_theta"))
"""Fractions that a config may have without a decimal point, in any family: the library does not check these."""

ACTIVATIONS = {
    "gelu": "gelu",
    "gelu_10": "gelu",
    "gelu_accurate": "gelu",
    "gelu_fast": "gelu",
    "gelu_new": "gelu",
    "gelu_python": "gelu",
    "gelu_python_tanh": "gelu",
    "gelu_pytorch_tanh": "gelu",
    "leaky_relu": "leaky_relu",
    "linear": "linear",
    "mish": "mish",
    "quick_gelu": "quick_gelu",
    "relu": "relu",
    "relu2": "relu2",
    "relu6": "relu6",
    "sigmoid": "sigmoid",
    "silu": "silu",
    "swish": "silu",
    "tanh": "tanh",
}
"""The library's names of activations, with winitgen's; the approximations of gelu differ from it by less than 0.001."""
