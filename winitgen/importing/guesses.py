"""The law of a tensor by its name and its shape alone: what libraries usually draw there."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from winitgen.importing.found import FoundTensor
from winitgen.numeric.dtypes import DTYPES

Scheme = str | dict[str, Any]

SMALL_NORMAL: dict[str, Any] = {"scheme": "normal", "std": 0.02}

_NORM = re.compile(
    r"(^|[._])(\w*norm\w*|ln|ln_\w+|\w+_ln|ln\d+|bn|bn\d*|rms|layernorm\w*)([._]\d+)?([._]vars)?$",
    re.IGNORECASE,
)
_TABLE = re.compile(
    r"embed|wte|wpe|token|position|relative_attention_bias|queries|query_pos|shared", re.IGNORECASE
)
_COMPUTED = re.compile(
    r"inv_freq|freqs|rotary|sin_cached|cos_cached|attn\.bias|masked_bias|causal_mask|window_mask"
)


class NameRule(NamedTuple):
    """A law for the tensors whose name, its last segment, or its module match; ``axes`` are those it may have.

    ``buffer`` says that these are buffers.
    """

    last: str
    axes: Callable[[int], bool]
    init: Scheme
    why: str
    module: re.Pattern[str] | None = None
    buffer: bool = False


def _any(_: int) -> bool:
    return True


def _vector(axes: int) -> bool:
    return axes <= 1


RULES = (
    NameRule("num_batches_tracked", _any, "zeros", "a counter", buffer=True),
    NameRule("running_mean|moving_mean|mean", _vector, "zeros", "a running mean", buffer=True),
    NameRule("running_var|moving_variance|var", _vector, "ones", "a running variance", buffer=True),
    NameRule("A_log", lambda axes: axes == 2, "mamba_a_log", "the decay of a Mamba block"),
    NameRule("dt_bias", _vector, "mamba_dt_bias", "the time steps of a Mamba block"),
    NameRule("D", _vector, "mamba_d", "the skip of a Mamba block"),
    NameRule("logit_scale", _any, {"scheme": "constant", "value": 2.6592}, "log(1 / 0.07), as in CLIP"),
    NameRule("weight|scale|gamma|g", _vector, "ones", "the scale of a norm", _NORM),
    NameRule("bias|beta|b", _vector, "zeros", "the shift of a norm", _NORM),
    NameRule(
        "gamma_?[0-9]*|lambda_?[0-9]*|layer_scale.*|ls[0-9]*", _vector, "layer_scale", "a scale of channels"
    ),
    NameRule("gamma|scale", _vector, "ones", "a scale"),
    NameRule("beta|shift|.*bias.*|b", _vector, "zeros", "a bias"),
    NameRule("weight", _vector, "ones", "a weight of one axis: a scale of a norm"),
)
"""The first rule that fits is taken."""

KERAS_NORM = ("ones", "zeros", "zeros", "ones")
"""The variables of a norm in Keras: gamma, beta, and the moving mean and variance of a batch norm."""


def guessed(name: str, shape: tuple[int, ...], dtype: str) -> FoundTensor | str:
    """Return a tensor with the law that its name suggests, or why there is none."""
    if 0 in shape:
        return FoundTensor(name, shape, dtype, "zeros", "it has no values")
    last = name.rpartition(".")[2]
    if DTYPES[dtype].lowest is not None if dtype in DTYPES else False:
        return _whole(name, shape, dtype, last)
    if _COMPUTED.search(name):
        return "these values are computed, and no scheme is named after them; --fit compares them with those there are"
    rule = _rule(name, shape)
    if rule is None:
        return _drawn(name, shape, dtype)
    return FoundTensor(name, shape, dtype, rule.init, f"by its name: {rule.why}", buffer=rule.buffer)


def is_buffer(name: str, shape: tuple[int, ...]) -> bool:
    """Return whether a name says that no training changes the values."""
    rule = _rule(name, shape)
    return rule is not None and rule.buffer


def _rule(name: str, shape: tuple[int, ...]) -> NameRule | None:
    """Return the rule for a name and its number of axes, None if there is none."""
    module, _, last = name.rpartition(".")
    for rule in RULES:
        fits = re.fullmatch(rule.last, last) and rule.axes(len(shape))
        if fits and (rule.module is None or rule.module.search(module)):
            return rule
    return None


def _whole(name: str, shape: tuple[int, ...], dtype: str, last: str) -> FoundTensor | str:
    """Return a tensor of whole numbers, or why its name says nothing about them."""
    if last in ("num_batches_tracked", "token_type_ids", "seed_generator_state"):
        return FoundTensor(name, shape, dtype, "zeros", "by its name: a counter, or ids that are all 0")
    if last == "position_ids":
        return FoundTensor(name, shape, dtype, "arange", "by its name: positions")
    side = math.isqrt(math.isqrt(math.prod(shape)))
    if last == "relative_position_index" and side**4 == math.prod(shape):
        init = {"scheme": "relative_position_index", "window": [side, side]}
        return FoundTensor(name, shape, dtype, init, f"by its name: a window of {side} x {side}")
    return f"nothing in the name says which {dtype} numbers these are; --fit reads them"


def _drawn(name: str, shape: tuple[int, ...], dtype: str) -> FoundTensor:
    """Return a tensor of random values: a variable of Keras, a table, or a kernel."""
    keras = re.fullmatch(r"(?:(.*)\.)?([^.]+)\.vars\.(\d+)", name)
    if keras and len(shape) <= 1:
        norm, place = _NORM.search(keras[2]), int(keras[3])
        by_place = KERAS_NORM[place] if norm and place < 4 else "zeros"
        return FoundTensor(
            name, shape, dtype, by_place, f"by its place: variable {place} of {keras[2]}, of one axis"
        )
    if _TABLE.search(name):
        init = {"scheme": "uniform", "low": -0.05, "high": 0.05} if keras else SMALL_NORMAL
        return FoundTensor(name, shape, dtype, init, "by its name: a table of vectors")
    if len(shape) < 2:
        return FoundTensor(name, shape, dtype, "zeros", "a vector whose name says nothing: 0")
    return _kernel(name, shape, dtype, keras=bool(keras))


def _kernel(name: str, shape: tuple[int, ...], dtype: str, *, keras: bool) -> FoundTensor:
    """Return a kernel with the default of the framework that names it so."""
    if keras or name.endswith("kernel"):
        taps = math.prod(shape[:-2])
        fans = (float(taps * shape[-2]), float(taps * shape[-1]))
        scheme = "xavier_uniform" if keras else "lecun_truncated_normal"
        return FoundTensor(
            name, shape, dtype, scheme, f"a kernel: the default of {'Keras' if keras else 'Flax'}", fans
        )
    if len(shape) == 2:
        return FoundTensor(name, shape, dtype, SMALL_NORMAL, "a kernel: what most transformers draw")
    limit = 1 / math.sqrt(math.prod(shape[1:]))
    init = {"scheme": "uniform", "low": -limit, "high": limit}
    return FoundTensor(name, shape, dtype, init, "a kernel: PyTorch's default, 1/sqrt(fan_in)")
