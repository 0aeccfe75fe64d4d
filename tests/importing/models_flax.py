"""Small models of Flax, linen and nnx, as npz and safetensors files of their variables."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from winitgen.numeric.arrays import Array


def _linen_mlp(nn: Any) -> tuple[Any, tuple[int, ...], bool]:
    layers = [
        nn.Dense(200),
        nn.LayerNorm(),
        nn.Dense(130, kernel_init=nn.initializers.he_normal()),
        nn.Dense(7),
    ]
    return nn.Sequential(layers), (2, 90), False


def _linen_conv(nn: Any) -> tuple[Any, tuple[int, ...], bool]:
    layers = [
        nn.Conv(24, (5, 5)),
        nn.GroupNorm(8),
        nn.Conv(96, (3, 3), kernel_init=nn.initializers.xavier_uniform()),
    ]
    return nn.Sequential(layers), (1, 16, 16, 3), False


def _linen_tables(nn: Any) -> tuple[Any, tuple[int, ...], bool]:
    return nn.Sequential([nn.Embed(300, 60), nn.RNN(nn.LSTMCell(96)), nn.Dense(11)]), (2, 5), True


def _linen(make: Callable[[Any], tuple[Any, tuple[int, ...], bool]], seed: int) -> dict[str, Any]:
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    import flax.linen as nn
    import jax
    import jax.numpy as jnp

    module, shape, whole = make(nn)
    inputs = jnp.ones(shape, jnp.int32 if whole else jnp.float32)
    return dict(module.init(jax.random.PRNGKey(seed), inputs))


def _nnx_mlp(nnx: Any, rngs: Any) -> Any:
    return nnx.Sequential(
        nnx.Linear(90, 250, rngs=rngs), nnx.BatchNorm(250, rngs=rngs), nnx.Linear(250, 33, rngs=rngs)
    )


def _nnx_conv(nnx: Any, rngs: Any) -> Any:
    return nnx.Sequential(nnx.Conv(3, 48, (3, 3), rngs=rngs), nnx.ConvTranspose(48, 20, (4, 4), rngs=rngs))


def _nnx_attention(nnx: Any, rngs: Any) -> Any:
    return nnx.Sequential(nnx.Embed(210, 96, rngs=rngs), nnx.MultiHeadAttention(4, 96, rngs=rngs), nnx.LoRA(96, 8, 130, rngs=rngs))  # fmt: skip


def _nnx(make: Callable[[Any, Any], Any], seed: int) -> dict[str, Any]:
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    from flax import nnx

    state = nnx.state(make(nnx, nnx.Rngs(seed)), nnx.Any(nnx.Param, nnx.BatchStat, nnx.LoRAParam))
    return dict(nnx.to_pure_dict(state))


MODELS: dict[str, Callable[[int], Any]] = {
    **{f"linen:{n}": partial(_linen, m) for n, m in (("mlp", _linen_mlp), ("conv", _linen_conv), ("tables", _linen_tables))},
    **{f"nnx:{n}": partial(_nnx, m) for n, m in (("mlp", _nnx_mlp), ("conv", _nnx_conv), ("attention", _nnx_attention))},
}  # fmt: skip


def save(variables: dict[str, Any], folder: Path) -> tuple[Path, dict[str, Array]]:
    """Save the variables of a model as an npz, by their paths with dots."""
    import jax
    import numpy as np

    found = {}
    for path, value in jax.tree_util.tree_leaves_with_path(variables):
        found[".".join(str(getattr(key, "key", getattr(key, "idx", key))) for key in path)] = np.asarray(
            value
        )
    np.savez(folder / "model.npz", **found)
    return folder / "model.npz", found
