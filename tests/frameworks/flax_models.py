"""Flax's models of the specs of `parity`, written by hand in linen and in nnx, channels last."""

from __future__ import annotations

from typing import Any

from tests.frameworks import flow_flax


def linen_mlp(nn: Any, jax: Any) -> Any:
    """Return linen's model of the spec ``mlp``."""

    class Hidden(nn.Module):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            return nn.tanh(nn.Dense(9, name="fc2")(x))

    class Mlp(nn.Module):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            x = nn.relu(nn.Dense(20, name="fc1")(x))
            return nn.Dense(4, name="out")(Hidden(name="hidden")(x))

    return Mlp()


def nnx_mlp(nnx: Any, jax: Any) -> Any:
    """Return nnx's model of the spec ``mlp``."""

    class Hidden(nnx.Module):
        def __init__(self) -> None:
            self.fc2 = nnx.Linear(20, 9, rngs=nnx.Rngs(0))

    class Mlp(nnx.Module):
        def __init__(self) -> None:
            self.fc1, self.hidden = nnx.Linear(12, 20, rngs=nnx.Rngs(0)), Hidden()
            self.out = nnx.Linear(9, 4, rngs=nnx.Rngs(0))

        def __call__(self, x: Any) -> Any:
            return self.out(nnx.tanh(self.hidden.fc2(nnx.relu(self.fc1(x)))))

    return Mlp()


def linen_lenet(nn: Any, jax: Any) -> Any:
    """Return linen's model of the spec ``lenet``, which flattens with the channels last."""

    class LeNet(nn.Module):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            for name, filters in (("conv1", 6), ("conv2", 16)):
                x = nn.tanh(nn.Conv(filters, (5, 5), padding="VALID", name=name)(x))
                x = nn.avg_pool(x, (2, 2), (2, 2))
            x = nn.tanh(nn.Dense(30, name="fc1")(x.reshape(x.shape[0], -1)))
            return nn.Dense(10, name="fc2")(x)

    return LeNet()


def nnx_lenet(nnx: Any, jax: Any) -> Any:
    """Return nnx's model of the spec ``lenet``, which flattens with the channels last."""

    class LeNet(nnx.Module):
        def __init__(self) -> None:
            rngs = nnx.Rngs(0)
            self.conv1 = nnx.Conv(1, 6, (5, 5), padding="VALID", rngs=rngs)
            self.conv2 = nnx.Conv(6, 16, (5, 5), padding="VALID", rngs=rngs)
            self.fc1, self.fc2 = nnx.Linear(320, 30, rngs=rngs), nnx.Linear(30, 10, rngs=rngs)

        def __call__(self, x: Any) -> Any:
            for conv in (self.conv1, self.conv2):
                x = nnx.avg_pool(nnx.tanh(conv(x)), (2, 2), (2, 2))
            return self.fc2(nnx.tanh(self.fc1(x.reshape(x.shape[0], -1))))

    return LeNet()


def linen_convolutions(nn: Any, jax: Any) -> Any:
    """Return linen's model of the spec ``convolutions``."""

    class Convolutions(nn.Module):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            x = nn.Conv(6, (3, 2), (2, 2), "VALID", feature_group_count=2, use_bias=False, name="grouped")(x)
            x = nn.relu(nn.BatchNorm(use_running_average=True, epsilon=1e-5, name="bn")(x))
            x = nn.Conv(8, (3, 3), name="same")(x)
            x = nn.relu(nn.GroupNorm(4, epsilon=1e-5, name="gn")(x))
            return nn.Dense(5, name="fc")(x.reshape(x.shape[0], -1))

    return Convolutions()


def nnx_convolutions(nnx: Any, jax: Any) -> Any:
    """Return nnx's model of the spec ``convolutions``."""

    class Convolutions(nnx.Module):
        def __init__(self) -> None:
            rngs = nnx.Rngs(0)
            self.grouped = nnx.Conv(
                4, 6, (3, 2), 2, padding="VALID", feature_group_count=2, use_bias=False, rngs=rngs
            )
            self.bn = nnx.BatchNorm(6, use_running_average=True, epsilon=1e-5, rngs=rngs)
            self.same = nnx.Conv(6, 8, (3, 3), rngs=rngs)
            self.gn = nnx.GroupNorm(8, 4, epsilon=1e-5, rngs=rngs)
            self.fc = nnx.Linear(192, 5, rngs=rngs)

        def __call__(self, x: Any) -> Any:
            x = nnx.relu(self.bn(self.grouped(x)))
            x = nnx.relu(self.gn(self.same(x)))
            return self.fc(x.reshape(x.shape[0], -1))

    return Convolutions()


def linen_decoder(nn: Any, jax: Any) -> Any:
    """Return linen's model of the spec ``decoder``; a reshape has the spec's axes, channels first."""

    class Separable(nn.Module):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            x = nn.Conv(8, (3, 3), 2, "VALID", feature_group_count=8, use_bias=False, name="depthwise")(x)
            return nn.Conv(3, (1, 1), name="pointwise")(x)

    class Decoder(nn.Module):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            code = nn.relu(nn.Dense(60, name="fc")(x))
            x = code.reshape(-1, 5, 4, 3).transpose(0, 2, 3, 1)
            x = nn.ConvTranspose(6, (4, 3), (2, 2), "VALID", name="up1")(x)
            x = nn.InstanceNorm(epsilon=1e-5, name="norm")(x)
            x = nn.PReLU(negative_slope_init=jax.numpy.zeros(6), name="slopes")(x)
            x = nn.ConvTranspose(4, (3, 3), (2, 2), name="up2")(x)
            x = nn.Conv(8, (3, 5), feature_group_count=4, name="deep")(x)
            x = Separable(name="apart")(nn.PReLU(name="slope")(x))
            x = jax.numpy.concatenate([x.reshape(x.shape[0], -1), code], -1)
            x = nn.BatchNorm(use_running_average=True, epsilon=1e-5, name="bn")(x)
            return nn.Dense(4, name="out")(x)

    return Decoder()


def nnx_decoder(nnx: Any, jax: Any) -> Any:
    """Return nnx's model of the spec ``decoder``; a reshape has the spec's axes, channels first."""
    rngs = nnx.Rngs(0)

    class Separable(nnx.Module):
        def __init__(self) -> None:
            self.depthwise = nnx.Conv(
                8, 8, (3, 3), 2, padding="VALID", feature_group_count=8, use_bias=False, rngs=rngs
            )
            self.pointwise = nnx.Conv(8, 3, (1, 1), rngs=rngs)

    class Decoder(nnx.Module):
        def __init__(self) -> None:
            self.fc = nnx.Linear(10, 60, rngs=rngs)
            self.up1 = nnx.ConvTranspose(5, 6, (4, 3), 2, padding="VALID", rngs=rngs)
            self.norm = nnx.InstanceNorm(6, epsilon=1e-5, rngs=rngs)
            self.slopes, self.slope = nnx.PReLU(jax.numpy.zeros(6)), nnx.PReLU()
            self.up2 = nnx.ConvTranspose(6, 4, (3, 3), 2, rngs=rngs)
            self.deep = nnx.Conv(4, 8, (3, 5), feature_group_count=4, rngs=rngs)
            self.apart = Separable()
            self.bn = nnx.BatchNorm(222, use_running_average=True, epsilon=1e-5, rngs=rngs)
            self.out = nnx.Linear(222, 4, rngs=rngs)

        def __call__(self, x: Any) -> Any:
            code = nnx.relu(self.fc(x))
            x = self.up1(code.reshape(-1, 5, 4, 3).transpose(0, 2, 3, 1))
            x = self.deep(self.up2(self.slopes(self.norm(x))))
            x = self.apart.pointwise(self.apart.depthwise(self.slope(x)))
            x = jax.numpy.concatenate([x.reshape(x.shape[0], -1), code], -1)
            return self.out(self.bn(x))

    return Decoder()


def linen_recurrent(nn: Any, jax: Any) -> Any:
    """Return linen's model of the spec ``recurrent``."""

    class Both(nn.Module):
        def setup(self) -> None:
            self.l0, self.l1 = (
                nn.Bidirectional(nn.RNN(nn.OptimizedLSTMCell(5)), nn.RNN(nn.LSTMCell(5))) for _ in range(2)
            )

        def __call__(self, x: Any) -> Any:
            return self.l1(self.l0(x))

    class Forth(nn.Module):
        def setup(self) -> None:
            self.l0, self.l1 = nn.RNN(nn.GRUCell(4)), nn.RNN(nn.GRUCell(4))

        def __call__(self, x: Any) -> Any:
            return self.l1(self.l0(x))

    class Recurrent(nn.Module):
        def setup(self) -> None:
            self.words = nn.Embed(11, 6)
            self.lstm, self.gru, self.rnn = Both(), Forth(), nn.RNN(nn.SimpleCell(3))
            self.out = nn.Dense(2)

        def __call__(self, x: Any) -> Any:
            return self.out(self.rnn(self.gru(self.lstm(self.words(x)))))

    return Recurrent()


def nnx_recurrent(nnx: Any, jax: Any) -> Any:
    """Return nnx's model of the spec ``recurrent``."""

    def rnn(cell: Any, inputs: int, units: int) -> Any:
        return nnx.RNN(cell(inputs, units, rngs=nnx.Rngs(0)))

    class Both(nnx.Module):
        def __init__(self) -> None:
            self.l0, self.l1 = (
                nnx.Bidirectional(
                    rnn(nnx.OptimizedLSTMCell, inputs, 5), rnn(nnx.OptimizedLSTMCell, inputs, 5)
                )
                for inputs in (6, 10)
            )

    class Forth(nnx.Module):
        def __init__(self) -> None:
            self.l0, self.l1 = rnn(nnx.GRUCell, 10, 4), rnn(nnx.GRUCell, 4, 4)

    class Recurrent(nnx.Module):
        def __init__(self) -> None:
            self.words = nnx.Embed(11, 6, rngs=nnx.Rngs(0))
            self.lstm, self.gru, self.rnn = Both(), Forth(), rnn(nnx.SimpleCell, 4, 3)
            self.out = nnx.Linear(3, 2, rngs=nnx.Rngs(0))

        def __call__(self, x: Any) -> Any:
            x = self.lstm.l1(self.lstm.l0(self.words(x)))
            return self.out(self.rnn(self.gru.l1(self.gru.l0(x))))

    return Recurrent()


def linen_transformer(nn: Any, jax: Any) -> Any:
    """Return linen's model of the spec ``transformer``."""

    class Gated(nn.Module):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            gate = nn.silu(nn.Dense(16, name="gate")(x))
            return nn.Dense(12, name="down")(gate * nn.Dense(16, name="up")(x))

    class Transformer(nn.Module):
        @nn.compact
        def __call__(self, x: Any) -> Any:
            x = nn.Embed(11, 12, name="words")(x)
            x = x + self.param("places", nn.initializers.zeros, (7, 12))
            seen = nn.LayerNorm(epsilon=1e-5, name="ln1")(x)
            x = x + nn.MultiHeadDotProductAttention(3, qkv_features=15, name="att")(seen)
            y = nn.Dense(24, name="fc1")(nn.LayerNorm(epsilon=1e-5, name="ln2")(x))
            x = x + nn.Dense(12, name="fc2")(nn.gelu(y, approximate=False))
            return Gated(name="mlp")(nn.RMSNorm(epsilon=1e-5, name="rms")(x))

    return Transformer()


def nnx_transformer(nnx: Any, jax: Any) -> Any:
    """Return nnx's model of the spec ``transformer``."""
    rngs = nnx.Rngs(0)

    class Gated(nnx.Module):
        def __init__(self) -> None:
            self.gate, self.up = nnx.Linear(12, 16, rngs=rngs), nnx.Linear(12, 16, rngs=rngs)
            self.down = nnx.Linear(16, 12, rngs=rngs)

        def __call__(self, x: Any) -> Any:
            return self.down(nnx.silu(self.gate(x)) * self.up(x))

    class Transformer(nnx.Module):
        def __init__(self) -> None:
            self.words = nnx.Embed(11, 12, rngs=rngs)
            self.places = nnx.Param(jax.numpy.zeros((7, 12)))
            self.ln1, self.ln2 = (nnx.LayerNorm(12, epsilon=1e-5, rngs=rngs) for _ in range(2))
            self.att = nnx.MultiHeadAttention(3, 12, qkv_features=15, decode=False, rngs=rngs)
            self.fc1, self.fc2 = nnx.Linear(12, 24, rngs=rngs), nnx.Linear(24, 12, rngs=rngs)
            self.rms, self.mlp = nnx.RMSNorm(12, epsilon=1e-5, rngs=rngs), Gated()

        def __call__(self, x: Any) -> Any:
            x = self.words(x) + self.places[...]
            x = x + self.att(self.ln1(x))
            x = x + self.fc2(nnx.gelu(self.fc1(self.ln2(x)), approximate=False))
            return self.mlp(self.rms(x))

    return Transformer()


LINEN = {
    "mlp": linen_mlp,
    "lenet": linen_lenet,
    "convolutions": linen_convolutions,
    "decoder": linen_decoder,
    "recurrent": linen_recurrent,
    "transformer": linen_transformer,
    **flow_flax.LINEN,
}
"""For each spec, a function that makes linen's model of it, given linen and JAX."""

NNX = {
    "mlp": nnx_mlp,
    "lenet": nnx_lenet,
    "convolutions": nnx_convolutions,
    "decoder": nnx_decoder,
    "recurrent": nnx_recurrent,
    "transformer": nnx_transformer,
    **flow_flax.NNX,
}
"""For each spec, a function that makes nnx's model of it, given nnx and JAX."""
