"""`preset: flax-nnx` against nnx's own fresh modules."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.frameworks.fresh import Arrays, Case, differences, drawn, fresh
from tests.frameworks.preset_layers import LAYERS

pytestmark = pytest.mark.slow

NAMES = {"kernel": "kernel", "bias": "bias", "embedding": "embeddings", "negative_slope": "alpha"}
NORM = {"scale": "gamma", "bias": "beta"}


class Nnx(NamedTuple):
    """Flax's nnx, and its random keys."""

    nnx: Any
    rngs: Any

    def parameters(self, make: Callable[..., Any]) -> dict[str, Any]:
        """Return the parameters of a new module, by path."""
        state = self.nnx.to_flat_state(self.nnx.state(make(self.nnx, rngs=self.rngs), self.nnx.Param))
        return {"/".join(map(str, path)): np.asarray(leaf[...]) for path, leaf in state}


@pytest.fixture
def nnx(framework: Callable[[str], Any]) -> Nnx:
    """Return nnx on the CPU, seeded."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    found = framework("flax.nnx")
    return Nnx(found, found.Rngs(0))


def module(make: Callable[..., Any], names: dict[str, str] = NAMES) -> Callable[[Nnx], Arrays]:
    """Return a function that makes a module and returns its parameters by winitgen's names."""
    return lambda nnx: {names[name]: values for name, values in nnx.parameters(make).items()}


def parts(**makes: Callable[..., Any]) -> Callable[[Nnx], Arrays]:
    """Return a function that makes several modules, the parts of one layer."""
    return lambda nnx: {
        f"{part}/{role}": values for part, make in makes.items() for role, values in module(make)(nnx).items()
    }


def cell(kind: str) -> Callable[[Nnx], Arrays]:
    """Return a function that makes a cell with all gates side by side; a GRU's second bias can only be 0.

    A gate is a block of columns, the first axis of winitgen's arrays.
    """

    def fresh(nnx: Nnx) -> Arrays:
        found = nnx.parameters(lambda nnx, rngs: getattr(nnx, kind)(24, 50, rngs=rngs))
        arrays = {
            "kernel": found["dense_i/kernel"].T,
            "recurrent_kernel": found["dense_h/kernel"].T,
            "bias": found.get("dense_i/bias", found.get("dense_h/bias")),
        }
        if kind == "GRUCell":
            arrays["recurrent_bias"] = np.zeros(150, np.float32)
        return {f"l0.forward/{role}": values for role, values in arrays.items()}

    return fresh


def simple(nnx: Nnx) -> Arrays:
    """Return the arrays of SimpleCell."""
    found = nnx.parameters(lambda nnx, rngs: nnx.SimpleCell(24, 50, rngs=rngs))
    arrays = {
        "kernel": found["dense_i/kernel"],
        "bias": found["dense_i/bias"],
        "recurrent_kernel": found["dense_h/kernel"],
    }
    return {f"l0.forward/{role}": values for role, values in arrays.items()}


def attention(nnx: Nnx) -> Arrays:
    """Return the arrays of nnx.MultiHeadAttention by part, with heads of 40 features."""
    found = nnx.parameters(lambda nnx, rngs: nnx.MultiHeadAttention(4, 96, 160, rngs=rngs))
    return {name.replace("out/", "output/"): values for name, values in found.items()}


FRESH: dict[str, tuple[Callable[[Nnx], Arrays], int]] = {
    "dense": (module(lambda nnx, rngs: nnx.Linear(24, 1000, rngs=rngs)), 2),
    "conv1d": (module(lambda nnx, rngs: nnx.Conv(6, 1000, (5,), strides=2, rngs=rngs)), 2),
    "conv2d, grouped": (
        module(lambda nnx, rngs: nnx.Conv(16, 1000, (3, 5), feature_group_count=4, rngs=rngs)),
        2,
    ),
    "conv3d": (module(lambda nnx, rngs: nnx.Conv(4, 1000, (1, 2, 3), rngs=rngs)), 2),
    "conv1d_transpose": (module(lambda nnx, rngs: nnx.ConvTranspose(6, 500, (4,), rngs=rngs)), 4),
    "conv2d_transpose": (module(lambda nnx, rngs: nnx.ConvTranspose(12, 500, (3, 4), rngs=rngs)), 2),
    "conv3d_transpose": (module(lambda nnx, rngs: nnx.ConvTranspose(5, 500, (2, 2, 2), rngs=rngs)), 4),
    "depthwise_conv1d": (
        module(lambda nnx, rngs: nnx.Conv(500, 1000, (5,), feature_group_count=500, rngs=rngs)),
        8,
    ),
    "depthwise_conv2d": (
        module(lambda nnx, rngs: nnx.Conv(500, 1000, (3, 2), feature_group_count=500, rngs=rngs)),
        8,
    ),
    "separable_conv2d": (
        parts(
            depthwise=lambda nnx, rngs: nnx.Conv(
                20, 40, (3, 3), feature_group_count=20, use_bias=False, rngs=rngs
            ),
            pointwise=lambda nnx, rngs: nnx.Conv(40, 300, (1, 1), rngs=rngs),
        ),
        80,
    ),
    "embedding": (module(lambda nnx, rngs: nnx.Embed(2000, 60, rngs=rngs)), 1),
    "positional_embedding": (module(lambda nnx, rngs: nnx.Embed(2000, 60, rngs=rngs)), 1),
    "lstm": (cell("OptimizedLSTMCell"), 30),
    "gru": (cell("GRUCell"), 30),
    "multi_head_attention": (attention, 4),
    "gated_mlp": (
        parts(
            gate=lambda nnx, rngs: nnx.Linear(40, 300, rngs=rngs),
            up=lambda nnx, rngs: nnx.Linear(40, 300, rngs=rngs),
            down=lambda nnx, rngs: nnx.Linear(300, 40, rngs=rngs),
        ),
        2,
    ),
    "rnn": (simple, 60),
    "batch_norm": (module(lambda nnx, rngs: nnx.BatchNorm(6, rngs=rngs), NORM), 1),
    "layer_norm": (module(lambda nnx, rngs: nnx.LayerNorm(12, rngs=rngs), NORM), 1),
    "group_norm": (module(lambda nnx, rngs: nnx.GroupNorm(6, 2, rngs=rngs), NORM), 1),
    "instance_norm": (module(lambda nnx, rngs: nnx.InstanceNorm(6, rngs=rngs), NORM), 1),
    "rms_norm": (module(lambda nnx, rngs: nnx.RMSNorm(12, rngs=rngs), NORM), 1),
    "prelu": (module(lambda nnx, rngs: nnx.PReLU()), 1),
}
"""nnx's own module of each kind, and how many of them are made."""


@pytest.mark.parametrize("name", FRESH)
def test_the_preset_draws_as_nnx_does(name: str, nnx: Nnx) -> None:
    """The values of each layer have the distributions of nnx's new module, and constants are equal."""
    make, copies = FRESH[name]
    case = Case(*LAYERS[name], make, copies)

    assert [] == differences(drawn(case, "flax-nnx"), fresh(case, nnx), 20_000, 0.02)


@pytest.mark.parametrize(("name", "gates"), [("lstm", 4), ("gru", 3)])
def test_the_gates_are_orthogonal_together(name: str, gates: int) -> None:
    """The recurrent kernel of all gates has orthonormal columns, so each gate has 1 / sqrt(gates) of linen's."""
    found = {
        preset: drawn(Case(*LAYERS[name], dict), preset)["l0.forward/recurrent_kernel"][0]
        for preset in ("flax", "flax-nnx")
    }
    together = found["flax-nnx"].reshape(gates * 50, 50)

    np.testing.assert_allclose(together.T @ together, np.eye(50), atol=1e-6)
    assert pytest.approx(gates**-0.5, rel=1e-6) == np.linalg.norm(found["flax-nnx"]) / np.linalg.norm(
        found["flax"]
    )
