"""The pairs of a network and a scheme whose verdicts are compared with training."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.training.specs import (
    Spec,
    conv,
    dense,
    lstm,
    output,
    residual,
    transformer,
    zero_head,
)


class Pair(NamedTuple):
    """A network, a scheme, both in words, and the spec."""

    network: str
    scheme: str
    spec: Spec


def normal(std: float) -> dict[str, Any]:
    """Return a scheme that knows nothing of fans."""
    return {"scheme": "normal", "std": std}


def _words(init: Any) -> str:
    return init if isinstance(init, str) else f"N(0, {init['std']:g}²)"


_DENSE: tuple[tuple[str, int, Any], ...] = (
    ("tanh", 10, "preset:torch"),
    ("tanh", 30, normal(0.01)),
    ("tanh", 30, "xavier_normal"),
    ("tanh", 50, normal(0.3)),
    ("tanh", 50, "orthogonal"),
    ("sigmoid", 3, "xavier_normal"),
    ("sigmoid", 10, "preset:keras"),
    ("sigmoid", 10, normal(1.0)),
    ("relu", 3, normal(0.01)),
    ("relu", 10, "preset:torch"),
    ("relu", 30, "xavier_normal"),
    ("relu", 30, "he_normal"),
    ("relu", 50, "he_normal"),
    ("relu", 50, normal(0.3)),
    ("selu", 30, "lecun_normal"),
    ("selu", 30, "he_normal"),
    ("selu", 10, "preset:flax"),
    ("gelu", 10, "he_normal"),
    ("gelu", 30, "lecun_normal"),
)

PAIRS = (
    *(
        Pair(f"{name}, {depth} layers", _words(init), dense(name, depth, init))
        for name, depth, init in _DENSE
    ),
    Pair("convolutions, 4 layers", "he_normal", conv(4, "he_normal")),
    Pair("convolutions, 10 layers", _words(normal(0.01)), conv(10, normal(0.01))),
    Pair("convolutions with batch norms, 4 layers", _words(normal(1.0)), conv(4, normal(1.0), norm=True)),
    Pair("residuals, 8 blocks", "he_normal", residual(8, "he_normal")),
    Pair("residuals, 20 blocks", "he_normal", residual(20, "he_normal")),
    Pair("residuals with layer norms, 20 blocks", "xavier_normal", residual(20, "xavier_normal", norm=True)),
    Pair(
        "residuals with layer norms, 8 blocks",
        "he_normal, head 0",
        zero_head(residual(8, "he_normal", norm=True)),
    ),
    Pair("transformer, 2 blocks", "preset:torch", transformer(2, "preset:torch")),
    Pair("transformer, 2 blocks", _words(normal(1.0)), transformer(2, normal(1.0))),
    Pair("LSTM", "xavier_normal", lstm(1, "xavier_normal")),
    Pair("sigmoid output, 1 layer", _words(normal(1.0)), output(normal(1.0))),
)
