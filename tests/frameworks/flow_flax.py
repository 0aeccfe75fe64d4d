"""Flax's models of the specs of `flow_parity`, in linen and in nnx, channels last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def forward_convnext(layers: dict[str, Any], jax: Any, x: Any) -> Any:
    """Return the outputs of Flax's layers of ``convnext``."""
    x = layers["norm"](layers["stem"](x))
    x = x + layers["fc2"](jax.nn.gelu(layers["fc1"](layers["ln"](layers["dw"](x))), approximate=False))
    x = layers["mlp"](x)
    return layers["out"](layers["down"](x).reshape(len(x), -1))


def forward_parts(layers: dict[str, Any], jax: Any, x: Any) -> Any:
    """Return the outputs of Flax's layers of ``parts``."""
    np, count = jax.numpy, len(x)
    left, right = np.split(jax.nn.relu(layers["stem"](x)), [2], -1)
    x = np.concatenate([left, layers["dw"](right)], -1)
    mixed = x.reshape(count, 6, 6, 2, 4).swapaxes(3, 4).reshape(count, 6, 6, 8)
    gate = jax.nn.sigmoid(layers["se2"](jax.nn.relu(layers["se1"](mixed.mean((1, 2))))))
    excited = gate[:, None, None] * mixed
    fine = excited.reshape(count, 6, 6, 2, 2, 2).transpose(0, 1, 4, 2, 5, 3).reshape(count, 12, 12, 2)
    coarse = layers["coarse"](jax.image.resize(excited, (count, 12, 12, 8), "bilinear"))
    wide = jax.image.resize(coarse, (count, 6, 12, 3), "nearest")[:, :, :6]
    x = (layers["fine"](fine) - wide)[:, 1::2].max(1)
    return layers["out"](jax.nn.tanh(layers["mix"](x))[:, -1])


def linen_convnext(nn: Any, jax: Any) -> Any:
    """Return linen's model of ``convnext``."""

    class Gated(nn.Module):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            gate = nn.silu(nn.Dense(5, name="gate")(x))
            return nn.Dense(8, name="down")(gate * nn.Dense(5, name="up")(x))

    class ConvNext(nn.Module):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            layers = {
                "stem": nn.Conv(8, (2, 2), 2, "VALID", name="stem"),
                "norm": nn.LayerNorm(epsilon=1e-5, name="norm"),
                "dw": nn.Conv(8, (3, 3), feature_group_count=8, name="dw"),
                "ln": nn.LayerNorm(epsilon=1e-5, name="ln"),
                "fc1": nn.Dense(20, name="fc1"),
                "fc2": nn.Dense(8, name="fc2"),
                "mlp": Gated(name="mlp"),
                "down": nn.Conv(6, (2, 2), padding="VALID", name="down"),
                "out": nn.Dense(4, name="out"),
            }
            return forward_convnext(layers, jax, x)

    return ConvNext()


def linen_parts(nn: Any, jax: Any) -> Any:
    """Return linen's model of ``parts``."""

    class Parts(nn.Module):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            layers = {
                "stem": nn.Conv(8, (3, 3), name="stem"),
                "dw": nn.Conv(6, (3, 3), feature_group_count=6, name="dw"),
                "fine": nn.Conv(3, (2, 2), 2, "VALID", name="fine"),
                "coarse": nn.Conv(3, (2, 2), 2, "VALID", name="coarse"),
            }
            units = {"se1": 3, "se2": 8, "mix": 5, "out": 4}
            layers |= {name: nn.Dense(count, name=name) for name, count in units.items()}
            return forward_parts(layers, jax, x)

    return Parts()


def nnx_convnext(nnx: Any, jax: Any) -> Any:
    """Return nnx's model of ``convnext``."""
    rngs = nnx.Rngs(0)

    class Gated(nnx.Module):
        def __init__(self) -> None:
            self.gate, self.up = nnx.Linear(8, 5, rngs=rngs), nnx.Linear(8, 5, rngs=rngs)
            self.down = nnx.Linear(5, 8, rngs=rngs)

        def __call__(self, x: Any) -> Any:
            return self.down(nnx.silu(self.gate(x)) * self.up(x))

    class ConvNext(nnx.Module):
        def __init__(self) -> None:
            self.stem = nnx.Conv(3, 8, (2, 2), 2, padding="VALID", rngs=rngs)
            self.norm, self.ln = (nnx.LayerNorm(8, epsilon=1e-5, rngs=rngs) for _ in range(2))
            self.dw = nnx.Conv(8, 8, (3, 3), feature_group_count=8, rngs=rngs)
            self.fc1, self.fc2 = nnx.Linear(8, 20, rngs=rngs), nnx.Linear(20, 8, rngs=rngs)
            self.mlp = Gated()
            self.down = nnx.Conv(8, 6, (2, 2), padding="VALID", rngs=rngs)
            self.out = nnx.Linear(120, 4, rngs=rngs)

        def __call__(self, x: Any) -> Any:
            return forward_convnext(vars(self), jax, x)

    return ConvNext()


def nnx_parts(nnx: Any, jax: Any) -> Any:
    """Return nnx's model of ``parts``."""
    rngs = nnx.Rngs(0)

    class Parts(nnx.Module):
        def __init__(self) -> None:
            self.stem = nnx.Conv(4, 8, (3, 3), rngs=rngs)
            self.dw = nnx.Conv(6, 6, (3, 3), feature_group_count=6, rngs=rngs)
            self.fine = nnx.Conv(2, 3, (2, 2), 2, padding="VALID", rngs=rngs)
            self.coarse = nnx.Conv(8, 3, (2, 2), 2, padding="VALID", rngs=rngs)
            self.se1, self.se2 = nnx.Linear(8, 3, rngs=rngs), nnx.Linear(3, 8, rngs=rngs)
            self.mix, self.out = nnx.Linear(3, 5, rngs=rngs), nnx.Linear(5, 4, rngs=rngs)

        def __call__(self, x: Any) -> Any:
            return forward_parts(vars(self), jax, x)

    return Parts()


LINEN: dict[str, Callable[..., Any]] = {"convnext": linen_convnext, "parts": linen_parts}
NNX: dict[str, Callable[..., Any]] = {"convnext": nnx_convnext, "parts": nnx_parts}
