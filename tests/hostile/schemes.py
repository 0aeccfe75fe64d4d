"""Schemes, activations and numbers that a layer can have, by construction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Draw = Callable[..., Any]

RELATED = ("lecun", "xavier", "he", "glorot", "kaiming")
PLAIN = (
    "relu",
    "tanh",
    "sigmoid",
    "gelu",
    "quick_gelu",
    "silu",
    "softmax",
    "linear",
    "selu",
    "softplus",
    "hard_swish",
    "mish",
)
TORCH_GAINS = ("relu", "tanh", "sigmoid", "selu", "linear")
NUMBERED = ({"name": "leaky_relu", "slope": 0.2}, {"name": "elu", "alpha": 0.5}, {"name": "sin", "omega": 3})
DISTRIBUTIONS = ("normal", "uniform", "truncated_normal")
FRAMEWORKS = ("torch", "keras", "flax")
NARROW = ("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz")
DTYPES = ("float32", "float32", "float64", "float16", "bfloat16", *NARROW)


def maybe(draw: Draw) -> bool:
    """Return True or False."""
    return bool(draw(st.booleans()))


def one(draw: Draw, *choices: Any) -> Any:
    """Return one of the choices."""
    return draw(st.sampled_from(choices))


def number(draw: Draw, least: int, most: int) -> int:
    """Return an integer."""
    return int(draw(st.integers(least, most)))


def activation(draw: Draw) -> Any:
    """Return an activation, some with their parameter."""
    return one(draw, *PLAIN, *NUMBERED)


def anywhere(draw: Draw) -> Any:
    """Return a scheme that fits every parameter, since it needs neither fans nor a shape."""
    return one(
        draw,
        "zeros",
        "ones",
        {"scheme": "constant", "value": one(draw, 0.5, -2, 1)},
        {"scheme": "normal", "std": one(draw, 0.5, 1, 0), "mean": one(draw, 0, 1, -0.25)},
        {"scheme": "uniform", "low": one(draw, -1, -0.25), "high": one(draw, 1, 0.5)},
        {"scheme": "truncated_normal", "std": 0.5, "bounds": one(draw, 2, 1.5, [-1, 3])},
        {"scheme": "trunc_normal", "std": 0.5, "low": -1, "high": one(draw, 1, 2)},
        {"scheme": "layer_scale", "value": 0.25},
        "rezero",
        "normal",
        "mamba_d",
    )


def by_fans(draw: Draw, *, known: bool = False, choice: bool = True) -> Any:
    """Return a scheme that follows the fans.

    ``known`` means that the activation has a gain in PyTorch; ``choice`` that the
    scheme may take its distribution from the defaults.
    """
    ending = one(draw, *(("",) if choice else ()), *(f"_{distribution}" for distribution in DISTRIBUTIONS))
    words: dict[str, Any] = {"scheme": one(draw, *RELATED) + ending}
    if maybe(draw):
        words["mode"] = one(draw, "fan_in", "fan_out", "fan_avg")
    gain = one(draw, None, None, 2, 0.5, "auto", "relu", "tanh", *(("torch",) if known else ()))
    if gain is not None:
        words["gain"] = gain
        if gain == "auto" and maybe(draw):
            words["gain_rule"] = one(draw, "forward", "variance", "backward")
    if ending == "" and maybe(draw):
        words["distribution"] = one(draw, *DISTRIBUTIONS)
    if "truncated_normal" in (ending[1:], words.get("distribution")) and maybe(draw):
        words |= {"bounds": one(draw, 1.5, 3, [-2, 2.5]), "correct": maybe(draw)}
    return words if len(words) > 1 or maybe(draw) else words["scheme"]


def of_depth(draw: Draw) -> Any:
    """Return a scheme that depends on the depth or width of the whole model."""
    count = number(draw, 1, 6)
    return one(
        draw,
        {"scheme": "scaled_residual", "layers": count},
        {"scheme": "deepnorm", "encoder_layers": count},
        {"scheme": "deepnorm", "encoder_layers": count, "decoder_layers": 2, "stack": "decoder"},
        {"scheme": "t_fixup", "decoder_layers": count},
        {"scheme": "fixup", "blocks": count, "depth": 3},
        {"scheme": "small_init", "width": 8},
        {"scheme": "wang_init", "layers": count, "width": 8},
        {"scheme": "mup", "part": one(draw, "hidden", "input", "output"), "base_width": 4},
        {"scheme": "variance_scaling", "scale": one(draw, 1, 0.25), "mode": "fan_out"},
        {"scheme": "siren", "w0": 30},
        {"scheme": "siren", "first": True},
    )


def kernel(draw: Draw, *, matrix: bool) -> Any:
    """Return a scheme for a kernel; ``matrix`` says that it is one, and not a convolution's."""
    kind = number(draw, 0, 9)
    if kind < 3:
        return by_fans(draw)
    if kind < 5:
        return anywhere(draw)
    if kind < 7:
        return of_depth(draw)
    if kind == 7:
        return one(draw, "auto", {"scheme": "auto", "gain": 2}, {"scheme": "auto", "distribution": "uniform"})
    whole = ("orthogonal", {"scheme": "orthogonal", "gain": 2})
    sparse = {"scheme": "sparse", "nonzeros": 1, "direction": one(draw, "incoming", "outgoing")}
    shuffled = {"scheme": "icnr", "upscale": 1, "base": one(draw, "he", "xavier")}
    return one(draw, *whole, *(("identity", sparse) if matrix else ("dirac", shuffled)))


def bias(draw: Draw) -> Any:
    """Return a scheme for a bias or a shift."""
    return one(draw, "auto", {"scheme": "prior_bias", "p": 0.1}, *(anywhere(draw) for _ in range(2)))
