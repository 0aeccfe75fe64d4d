"""`quirks` against the fans that the frameworks compute for the arrays of their own layers."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

import winitgen

pytestmark = pytest.mark.slow


class Case(NamedTuple):
    """A layer in a spec, its input, and the shape of its kernel in each framework that has it."""

    layer: dict[str, Any]
    input: Any
    torch: Callable[[Any], Any] | None = None
    keras: Callable[[Any], Any] | None = None
    flax: Callable[[Any], Any] | None = None


class Stack(NamedTuple):
    """A stack of kernels, for which a framework has no layer."""

    shape: tuple[int, ...]


IMAGE = [12, 9, 9]
CASES = {
    "dense": Case(
        {"type": "dense", "units": 7},
        5,
        lambda nn: nn.Linear(5, 7).weight,
        lambda layers: built(layers.Dense(7), (5,)).kernel,
        lambda nn: made(nn.Dense(7), (5,))["kernel"],
    ),
    "conv2d": Case(
        {"type": "conv2d", "filters": 20, "kernel_size": [3, 5]},
        IMAGE,
        lambda nn: nn.Conv2d(12, 20, (3, 5)).weight,
        lambda layers: built(layers.Conv2D(20, (3, 5)), (9, 9, 12)).kernel,
        lambda nn: made(nn.Conv(20, (3, 5)), (9, 9, 12))["kernel"],
    ),
    "conv2d, grouped": Case(
        {"type": "conv2d", "filters": 20, "kernel_size": 3, "groups": 4},
        IMAGE,
        lambda nn: nn.Conv2d(12, 20, 3, groups=4).weight,
        lambda layers: built(layers.Conv2D(20, 3, groups=4), (9, 9, 12)).kernel,
        lambda nn: made(nn.Conv(20, (3, 3), feature_group_count=4), (9, 9, 12))["kernel"],
    ),
    "conv2d, strided": Case(
        {"type": "conv2d", "filters": 20, "kernel_size": 3, "strides": 2},
        IMAGE,
        lambda nn: nn.Conv2d(12, 20, 3, stride=2).weight,
        lambda layers: built(layers.Conv2D(20, 3, strides=2), (9, 9, 12)).kernel,
        lambda nn: made(nn.Conv(20, (3, 3), strides=2), (9, 9, 12))["kernel"],
    ),
    "depthwise_conv2d, strided": Case(
        {"type": "depthwise_conv2d", "kernel_size": 3, "strides": 2},
        IMAGE,
        lambda nn: nn.Conv2d(12, 12, 3, stride=2, groups=12).weight,
        lambda layers: built(layers.DepthwiseConv2D(3, strides=2), (9, 9, 12)).kernel,
        lambda nn: made(nn.Conv(12, (3, 3), strides=2, feature_group_count=12), (9, 9, 12))["kernel"],
    ),
    "depthwise_conv2d": Case(
        {"type": "depthwise_conv2d", "kernel_size": 3, "depth_multiplier": 2},
        IMAGE,
        lambda nn: nn.Conv2d(12, 24, 3, groups=12).weight,
        lambda layers: built(layers.DepthwiseConv2D(3, depth_multiplier=2), (9, 9, 12)).kernel,
        lambda nn: made(nn.Conv(24, (3, 3), feature_group_count=12), (9, 9, 12))["kernel"],
    ),
    "separable_conv1d": Case(
        {"type": "separable_conv1d", "filters": 20, "kernel_size": 3, "depth_multiplier": 2},
        [12, 9],
        keras=lambda layers: (
            built(layers.SeparableConv1D(20, 3, depth_multiplier=2), (9, 12)).depthwise_kernel
        ),
    ),
    "separable_conv2d, strided": Case(
        {"type": "separable_conv2d", "filters": 20, "kernel_size": 3, "strides": 2},
        IMAGE,
        keras=lambda layers: built(layers.SeparableConv2D(20, 3, strides=2), (9, 9, 12)).depthwise_kernel,
    ),
    "conv2d_transpose": Case(
        {"type": "conv2d_transpose", "filters": 20, "kernel_size": 3, "strides": 2},
        IMAGE,
        lambda nn: nn.ConvTranspose2d(12, 20, 3, stride=2).weight,
        lambda layers: built(layers.Conv2DTranspose(20, 3, strides=2), (9, 9, 12)).kernel,
        lambda nn: made(nn.ConvTranspose(20, (3, 3), strides=(2, 2)), (9, 9, 12))["kernel"],
    ),
    "conv1d_transpose, grouped": Case(
        {"type": "conv1d_transpose", "filters": 20, "kernel_size": 3, "groups": 2},
        [12, 9],
        lambda nn: nn.ConvTranspose1d(12, 20, 3, groups=2).weight,
    ),
    "embedding": Case(
        {"type": "embedding", "count": 50, "dim": 8},
        {"tokens": 3},
        lambda nn: nn.Embedding(50, 8).weight,
        lambda layers: built(layers.Embedding(50, 8), (3,)).embeddings,
        lambda nn: made(nn.Embed(50, 8), (3,), "int32")["embedding"],
    ),
    "position bias": Case(  # an embedding of buckets
        {"type": "position_bias", "heads": 6},
        [7, 12],
        lambda nn: nn.Embedding(32, 6).weight,
        lambda layers: built(layers.Embedding(32, 6), (3,)).embeddings,
        lambda nn: made(nn.Embed(32, 6), (3,), "int32")["embedding"],
    ),
    "lstm": Case(
        {"type": "lstm", "units": 5},
        [7, 6],
        lambda nn: nn.LSTM(6, 5).weight_ih_l0,
        lambda layers: built(layers.LSTM(5), (7, 6)).cell.kernel,
    ),
    "rnn": Case(
        {"type": "rnn", "units": 5},
        [7, 6],
        lambda nn: nn.RNN(6, 5).weight_ih_l0,
        lambda layers: built(layers.SimpleRNN(5), (7, 6)).cell.kernel,
    ),
    "gru": Case(
        {"type": "gru", "units": 5},
        [7, 6],
        lambda nn: nn.GRU(6, 5).weight_ih_l0,
        lambda layers: built(layers.GRU(5), (7, 6)).cell.kernel,
    ),
    "multi_head_attention, fused": Case(
        {"type": "multi_head_attention", "heads": 3, "fused": True},
        [7, 12],
        lambda nn: nn.MultiheadAttention(12, 3).in_proj_weight,
    ),
    "bilinear": Case(
        {"type": "bilinear", "from": "x", "other": "z", "units": 7},
        {"x": 5, "z": 3},
        lambda nn: nn.Bilinear(5, 3, 7).weight,
    ),
    "experts, stacked": Case(
        {"type": "experts", "count": 4, "per_token": 1, "units": 7, "stacked": True, "use_bias": False},
        5,
        lambda nn: nn.Conv1d(7, 4, 5).weight,  # (4, 7, 5) is a convolution's kernel to PyTorch
        lambda layers: Stack((4, 5, 7)),
        lambda nn: Stack((4, 5, 7)),
    ),
    "experts, fused, inputs first": Case(
        {
            "type": "experts",
            "count": 4,
            "per_token": 1,
            "units": 7,
            "stacked": True,
            "use_bias": False,
            "fused": True,
            "stored": "in_out",
        },
        5,
        lambda nn: nn.Conv1d(5, 4, 14).weight,
        lambda layers: Stack((4, 5, 14)),
        lambda nn: Stack((4, 5, 14)),
    ),
}


def built(layer: Any, shape: tuple[int, ...]) -> Any:
    """Return a layer of Keras with its variables."""
    layer.build((None, *shape))
    return layer


def made(module: Any, shape: tuple[int, ...], dtype: str = "float32") -> Any:
    """Return the shapes of the parameters of a module of flax.linen, without their values."""
    import jax

    return jax.eval_shape(module.init, jax.random.key(0), jax.ShapeDtypeStruct((1, *shape), dtype))["params"]


def planned(case: Case, framework: str) -> list[tuple[float, float]]:
    """Return the fans of the kernel and of the bias, if there is one, with a framework's quirks."""
    spec = {"input": case.input, "layers": [{"quirks": framework, **case.layer}]}
    parameters = winitgen.plan(spec).parameters
    found = [next(p for p in parameters if p.role in ("kernel", "embeddings") and p.part != "router")]
    found += [p for p in parameters if p.role == "bias"][:1]
    return [(p.fan_in, p.fan_out) for p in found if p.fan_in is not None and p.fan_out is not None]


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.torch])
def test_torch(name: str, torch: Any) -> None:
    """The fans are those of PyTorch's `_calculate_fan_in_and_fan_out` for the kernel, which it uses for the bias too."""
    case = CASES[name]
    assert case.torch is not None
    fans = torch.nn.init._calculate_fan_in_and_fan_out(case.torch(torch.nn))

    assert {fans} == set(planned(case, "torch"))


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.keras])
def test_keras(name: str, framework: Callable[[str], Any]) -> None:
    """The fans are those of Keras's `compute_fans` for the kernel that its layer builds."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    keras, case = framework("keras"), CASES[name]
    compute_fans = framework("keras.src.initializers.random_initializers").compute_fans
    assert case.keras is not None

    assert compute_fans(case.keras(keras.layers).shape) == planned(case, "keras")[0]


@pytest.mark.parametrize(
    ("layer", "model_input", "bias"),
    [
        pytest.param({"type": "dense", "units": 7}, 5, (7,), id="dense"),
        pytest.param({"type": "lstm", "units": 5}, [7, 6], (20,), id="lstm"),
        pytest.param({"type": "gru", "units": 5}, [7, 6], (2, 15), id="gru"),
        pytest.param(
            {"type": "experts", "count": 4, "per_token": 1, "units": 7, "stacked": True},
            [9, 6],
            (4, 7),
            id="experts",
        ),
    ],
)
def test_keras_biases(
    layer: dict[str, Any], model_input: Any, bias: tuple[int, ...], framework: Callable[[str], Any]
) -> None:
    """The fans of a bias are those of Keras's `compute_fans`: its size, twice; a GRU has both biases in one array."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    compute_fans = framework("keras.src.initializers.random_initializers").compute_fans

    assert compute_fans(bias) == planned(Case(layer, model_input), "keras")[1]


@pytest.mark.parametrize("kv_heads", [6, 3])
def test_keras_biases_of_heads(kv_heads: int, framework: Callable[[str], Any]) -> None:
    """Each bias of an attention has the fans of the array that Keras's own layer builds, heads of keys of their own."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    keras = framework("keras")
    compute_fans = framework("keras.src.initializers.random_initializers").compute_fans
    attention = (
        keras.layers.GroupQueryAttention(4, 6, kv_heads)
        if kv_heads < 6
        else keras.layers.MultiHeadAttention(6, 4)
    )
    attention.build((None, 9, 24), (None, 9, 24))
    layer = {"type": "multi_head_attention", "heads": 6, "kv_heads": kv_heads, "quirks": "keras"}
    plan = winitgen.plan({"input": [9, 24], "layers": [layer]})
    built = [compute_fans(weight.shape) for weight in attention.weights if weight.name == "bias"]

    assert built == [(p.fan_in, p.fan_out) for p in plan.parameters if p.role == "bias"]
    assert (kv_heads, 4) == built[1]


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.flax])
def test_flax(name: str, framework: Callable[[str], Any]) -> None:
    """The fans are those of JAX's `_compute_fans` for flax.linen's kernel; an embedding has its out axis first."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    linen, case = framework("flax.linen"), CASES[name]
    compute_fans = framework("jax._src.nn.initializers")._compute_fans
    assert case.flax is not None
    shape = case.flax(linen).shape
    axes = {"out_axis": 0} if name in ("embedding", "position bias") else {}

    assert compute_fans(shape, **axes) == pytest.approx(planned(case, "flax")[0])


@pytest.mark.parametrize("framework_name", ["torch", "keras", "flax"])
def test_every_rule_is_compared(framework_name: str) -> None:
    """Every family of layers with a quirk in a framework is compared with that framework here."""
    from winitgen.catalog.fan_quirks import RULES, as_stated
    from winitgen.catalog.layers import LAYERS

    compared = {LAYERS[case.layer["type"]].family for case in CASES.values() if getattr(case, framework_name)}
    quirks = {family for family, rule in RULES[framework_name].items() if rule is not as_stated}

    assert set() == quirks - compared
