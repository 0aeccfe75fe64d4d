"""The output sizes of transposed convolutions with padding `same` or `valid`, against Keras's and Flax's."""

import os
import random
from collections.abc import Callable
from typing import Any

import pytest

import winitgen

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def on_cpu() -> None:
    """Have Keras compute with JAX, on the processor."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")


def positions(model_input: list[int], layer: dict[str, Any]) -> tuple[int | None, ...]:
    """Return the number of positions in the output of a layer, for each axis."""
    plan = winitgen.plan({"input": model_input, "layers": [layer, {"type": "dropout"}]})
    flow = plan.layers[1].incoming
    assert flow is not None
    assert flow.shape is not None
    return flow.shape[1:]


def test_keras(framework: Callable[[str], Any]) -> None:
    """200 combinations of options give the shape that Keras computes, with or without output_padding."""
    layers = framework("keras").layers
    draw = random.Random(3)  # noqa: S311 - shapes, not secrets
    differing = []
    for _ in range(200):
        rank, same = draw.randint(1, 3), draw.random() < 0.5
        sizes = [draw.randint(2, 6) for _ in range(rank)]
        strides = [draw.randint(1, 4) for _ in range(rank)]
        arguments: dict[str, Any] = {
            "kernel_size": [draw.randint(1, 5) for _ in range(rank)],
            "strides": strides,
            "padding": "same" if same else "valid",
        }
        if draw.random() < 0.5:
            arguments["output_padding"] = [draw.randint(0, step - 1) for step in strides]
        dilation = [draw.randint(1, 3) if max(strides) == 1 else 1 for _ in range(rank)]
        layer = getattr(layers, f"Conv{rank}DTranspose")(2, **arguments, dilation_rate=dilation)
        expected = tuple(layer.compute_output_shape((1, *sizes, 3))[1:-1])
        spec = {"type": f"conv{rank}d_transpose", "filters": 2, "dilation": dilation, **arguments}
        if expected != positions([3, *sizes], spec):
            differing.append((sizes, arguments, expected, positions([3, *sizes], spec)))

    assert [] == differing


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("kernel_size", "strides"), [(3, 1), (3, 2), (4, 2), (2, 3), (1, 4), (5, 3)])
def test_flax(framework: Callable[[str], Any], padding: str, kernel_size: int, strides: int) -> None:
    """The output of Flax's layer has the planned number of positions."""
    jax, linen = framework("jax"), framework("flax.linen")
    module = linen.ConvTranspose(2, (kernel_size,), (strides,), padding.upper())
    out, _ = module.init_with_output(jax.random.key(0), jax.numpy.ones((1, 7, 3)))
    layer = {"kernel_size": kernel_size, "strides": strides, "padding": padding}

    assert out.shape[1:-1] == positions([3, 7], {"type": "conv1d_transpose", "filters": 2, **layer})
