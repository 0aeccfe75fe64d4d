"""Models that tests trace: each function builds one, with the framework that it imports."""

from __future__ import annotations

import copy
import math
from typing import Any


def each_init() -> Any:
    """Return a module with one parameter for each function of ``torch.nn.init``, named after it."""
    import torch
    from torch.nn import init

    def filled(fill: Any, *shape: int, **options: Any) -> Any:
        return torch.nn.Parameter(fill(torch.empty(*shape), **options))

    module = torch.nn.Module()
    parameters = {
        "uniform": filled(init.uniform_, 6, 10, a=-0.25, b=0.75),
        "normal": filled(init.normal_, 6, 10, mean=0.3, std=0.5),
        "trunc_normal": filled(init.trunc_normal_, 6, 10, mean=0.5, std=1.5, a=-1, b=2),
        "far_cut": filled(init.trunc_normal_, 6, 10, std=0.02),
        "constant": filled(init.constant_, 7, val=3.5),
        "ones": filled(init.ones_, 7),
        "zeros": filled(init.zeros_, 7),
        "eye": filled(init.eye_, 5, 5),
        "dirac": filled(init.dirac_, 6, 4, 3),
        "xavier_uniform": filled(init.xavier_uniform_, 6, 10),
        "xavier_normal": filled(init.xavier_normal_, 6, 10, 3),
        "kaiming_uniform": filled(init.kaiming_uniform_, 6, 10),
        "kaiming_normal": filled(init.kaiming_normal_, 6, 10, 3, 2),
        "kaiming_fan_out": filled(init.kaiming_normal_, 6, 10, mode="fan_out"),
        "kaiming_default": filled(init.kaiming_uniform_, 6, 10, a=math.sqrt(5)),
        "orthogonal": filled(init.orthogonal_, 6, 10, gain=2),
    }
    for name, parameter in parameters.items():
        module.register_parameter(name, parameter)
    return module


def sparse() -> Any:
    """Return a module whose parameter follows no law that is known."""
    import torch

    module = torch.nn.Linear(50, 40)
    torch.nn.init.sparse_(module.weight, sparsity=0.3)
    return module


def unfilled() -> Any:
    """Return a module with a parameter that nothing fills."""
    import torch

    module = torch.nn.Module()
    module.register_parameter("w", torch.nn.Parameter(torch.empty(3)))
    return module


def changed() -> Any:
    """Return a module whose tensors are scaled, cut, copied, joined and shared after they are drawn."""
    import torch

    module = torch.nn.Module()
    drawn = torch.nn.Linear(20, 30)
    values = {
        "scaled": torch.nn.Linear(20, 30).weight * 0.5,
        "moved": torch.randn(4, 5).mul_(0.1).add_(2),
        "joined": torch.cat([torch.zeros(2, 5), torch.zeros(1, 5)]),
        "logarithm": torch.empty(12).uniform_(1, 8).log(),
        "table": torch.nn.Embedding(9, 4, padding_idx=3).weight,
        "positions": torch.arange(7),
        "gates": torch.tensor([0.0, 1.0, 0.0]).repeat_interleave(4),
        "seen": torch.ones(5, 5).tril(),
    }
    for name, value in values.items():
        module.register_buffer(f"{name}.weight".replace(".", "_"), value.detach())
    module.drawn, module.shared = drawn, torch.nn.Linear(20, 30)
    module.shared.weight = drawn.weight
    module.copied = torch.nn.Linear(20, 30, bias=False)
    module.copied.weight.data.copy_(drawn.weight)
    return module


def zero_rows() -> Any:
    """Return a module of tensors of which one row is 0: parameters, an embedding and a buffer of sinusoids."""
    import torch

    module = torch.nn.Module()
    for name, row in (("first", 0), ("inner", 3), ("last", 8)):
        values = torch.randn(9, 4)
        values[row] = 0
        module.register_parameter(name, torch.nn.Parameter(values))
    module.table = torch.nn.Embedding(9, 4, padding_idx=2)
    angles = torch.arange(9)[:, None] * 10000 ** (-torch.arange(4) / 4)
    sines = torch.stack([angles.sin(), angles.cos()], -1).flatten(1)
    sines[0] = 0
    module.register_buffer("sines", sines)
    return module


def converted() -> Any:
    """Return a module of copies that changes its number format, with a constant that float64 alone holds."""
    import torch

    class Wide(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = torch.nn.Parameter(torch.tensor(math.log(1 / 0.07), dtype=torch.float64))
            self.share = torch.nn.Parameter(torch.tensor(0.3))

    layer = torch.nn.Linear(20, 30)
    module = torch.nn.Module()
    module.layers = torch.nn.ModuleList([copy.deepcopy(layer) for _ in range(2)]).to(torch.bfloat16)
    torch.nn.init.zeros_(module.layers[1].bias)
    module.wide, module.again = Wide(), copy.deepcopy(Wide())
    return module


def keras_layers() -> Any:
    """Return a model of Keras with layers of every usual kind."""
    import keras
    from keras import layers

    pixels = keras.Input((8, 8, 3))
    words = keras.Input((6,), dtype="int32")
    x = layers.SeparableConv2D(5, 3)(layers.Conv2D(7, 3, kernel_initializer="he_normal")(pixels))
    x = layers.BatchNormalization()(layers.DepthwiseConv2D(2)(x))
    x = layers.Flatten()(layers.Conv2DTranspose(4, 2, kernel_initializer="lecun_uniform")(x))
    y = layers.LayerNormalization()(layers.Embedding(11, 6)(words))
    y = layers.MultiHeadAttention(2, 5)(y, y)
    y = layers.Bidirectional(layers.LSTM(4, kernel_initializer=keras.initializers.RandomNormal(stddev=0.02)))(
        y
    )
    z = layers.Dense(9, kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.1))(
        layers.concatenate([x, y])
    )
    return keras.Model([pixels, words], layers.PReLU(alpha_initializer="ones")(z))


def own_initializer() -> Any:
    """Return a model of Keras with an initializer that is a function of the user's."""
    import keras

    def stripes(shape: Any, dtype: Any = None) -> Any:
        return keras.ops.tile(keras.ops.convert_to_tensor([1.0, -2.0], dtype), [shape[0], shape[1] // 2])

    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, kernel_initializer=stripes)])


def nnx_model(*, width: int, rngs: Any) -> Any:
    """Return a Flax module with layers of every usual kind."""
    from flax import nnx

    return nnx.Sequential(
        nnx.Embed(50, width, rngs=rngs),
        nnx.Linear(width, 70, rngs=rngs),
        nnx.LayerNorm(70, rngs=rngs),
        nnx.Dropout(0.1, rngs=rngs),
        nnx.Linear(70, 30, kernel_init=nnx.initializers.normal(0.02), rngs=rngs),
        nnx.BatchNorm(30, rngs=rngs),
        nnx.Conv(30, 20, (3,), kernel_init=nnx.initializers.he_uniform(), rngs=rngs),
        nnx.Linear(
            20, 20, kernel_init=nnx.initializers.orthogonal(), bias_init=nnx.initializers.ones, rngs=rngs
        ),
    )


def nothing() -> str:
    """Return what is no model."""
    return "a model"


def blocks() -> Any:
    """Return a module with parameters whose parts along an axis are drawn by different laws."""
    import torch

    module = torch.nn.Module()
    values = torch.zeros(8, 2)
    values[:3].normal_()
    values[3:5].uniform_()
    module.rows = torch.nn.Parameter(values)
    values = torch.empty(4, 6).normal_()
    values[:, 2:5].fill_(0.25)
    module.columns = torch.nn.Parameter(values)
    module.register_buffer("ids", torch.randint(7, (6,)))
    module.ids[2:4] = 0
    return module


def whole_numbers() -> Any:
    """Return a module with buffers of random whole numbers."""
    import torch

    module = torch.nn.Module()
    put = module.register_buffer
    put("packed", torch.randint(-(2**31), 2**31, (64, 8), dtype=torch.int32))
    put("mask", torch.randint(0, 2, (30, 30)).bool())
    put("moved", torch.randint(5, (300,)) - 2)
    put("mirrored", -torch.randint(3, (40,)))
    put("filled", torch.empty(50, dtype=torch.int16).random_(3, 9))
    put("below", torch.empty(50, dtype=torch.uint8).random_(200))
    put("like", torch.randint_like(torch.empty(9), 4))
    put("flags", torch.bernoulli(torch.full((300,), 0.5)).bool())
    return module


def unequal_numbers() -> Any:
    """Return a module with buffers of random whole numbers that no law of equal chances draws, or no dtype here holds."""
    import torch

    module = torch.nn.Module()
    put = module.register_buffer
    put("wrapped", torch.randint(0, 300, (400,)).to(torch.uint8))
    put("flags", torch.randint(0, 3, (400,)).bool())
    put("large", torch.randint(-(2**60), 2**60, (40,)))
    put("rounded", torch.randint(0, 10**9, (40,)).float())
    put("eighths", torch.randint(0, 16, (40, 20)).float() / 8)
    put("normal", torch.randn(40, 40).int())
    put("any", torch.empty(30, dtype=torch.int32).random_())
    put("order", torch.randperm(30))
    return module


def parts() -> Any:
    """Return a module with a parameter a corner of which is drawn by another law."""
    import torch

    module = torch.nn.Module()
    values = torch.empty(6, 2).normal_()
    values[3:, :1].uniform_()
    module.w = torch.nn.Parameter(values)
    return module


def infinite() -> Any:
    """Return a module with a buffer that is infinite."""
    import torch

    module = torch.nn.Module()
    module.register_buffer("w", torch.tensor(float("-inf")))
    return module


def empty() -> Any:
    """Return a module with a parameter of no elements."""
    import torch

    module = torch.nn.Module()
    module.w = torch.nn.Parameter(torch.zeros(0, 4))
    return module


def large() -> Any:
    """Return a module with a large parameter of an unknown law."""
    import torch

    module = torch.nn.Module()
    module.w = torch.nn.Parameter(torch.empty(50_000_000).cauchy_())
    return module


def stack(depth: int = 4) -> Any:
    """Return a module with a list of blocks that are drawn alike, and one whose deviation falls with its number."""
    import torch
    from torch import nn

    def block(std: float) -> Any:
        own = nn.Sequential(nn.LayerNorm(6), nn.Linear(6, 24), nn.Linear(24, 6))
        nn.init.normal_(own[2].weight, std=std)
        return own

    model = nn.Module()
    model.embed = nn.Embedding(9, 6)
    model.blocks = nn.ModuleList(block(0.02) for _ in range(depth))
    model.falling = nn.ModuleList(block(0.02 / (number + 1)) for number in range(depth))
    for number in range(depth):
        model.blocks[number].register_buffer("ids", torch.randint(9, (5,)))
    model.head = nn.Linear(6, 9, bias=False)
    return model


def with_buffers() -> Any:
    """Return a module with 88 values of parameters, and more in buffers, one of them a table of positions."""
    import torch

    module = torch.nn.Sequential(torch.nn.Linear(8, 8), torch.nn.BatchNorm1d(8))
    module.register_buffer("positions", torch.arange(32.0).reshape(4, 8))
    return module


def joined() -> Any:
    """Return a module with tensors of several parts that were joined, each drawn by a law of its own."""
    import torch
    from torch import nn

    model = nn.Module()
    parts = [torch.randn(2, 3) * 0.02, torch.rand(3, 3), torch.zeros(1, 3)]
    model.rows = nn.Parameter(torch.cat(parts))
    model.columns = nn.Parameter(torch.cat([torch.randn(3, 2), torch.ones(3, 4)], dim=-1))
    model.stacked = nn.Parameter(torch.stack([torch.randn(3) * 0.02, torch.zeros(3)]))
    model.alike = nn.Parameter(torch.cat([torch.randn(2, 3), torch.randn(4, 3)]))
    return model


def orthogonal_blocks() -> Any:
    """Return a module whose parameters are orthogonal block by block, along either axis, scaled, joined and by groups."""
    import torch
    from torch import nn

    fill = nn.init.orthogonal_

    def blocks(number: int, axis: int, *shape: int) -> Any:
        whole = torch.empty(*shape)
        for part in whole.chunk(number, dim=axis):
            fill(part)
        return whole

    module = nn.Module()
    module.gates = nn.Parameter(blocks(4, 0, 96, 24))
    module.beside = nn.Parameter(blocks(3, 1, 24, 72))
    module.slices = nn.Parameter(blocks(4, 0, 80, 60))
    module.groups = nn.Parameter(blocks(2, 0, 32, 8, 3, 3))
    module.scaled = nn.Parameter(blocks(2, 0, 60, 30) * 0.5)
    module.joined = nn.Parameter(torch.cat([fill(torch.empty(24, 24)) for _ in range(4)]))
    module.mixed = nn.Parameter(torch.empty(60, 40))
    fill(module.mixed.data[:20])
    nn.init.normal_(module.mixed.data[20:], std=0.5)
    return module


def dependent(kind: str) -> Any:
    """Return a module with a parameter whose values depend on each other, though they look like a normal law's."""
    import torch
    from torch import nn

    def heads() -> Any:
        whole = torch.empty(8, 64, 32)
        for one in whole:
            nn.init.orthogonal_(one)
        return whole

    def overwritten() -> Any:
        whole = nn.init.orthogonal_(torch.empty(90, 90))
        whole[:20].normal_(std=0.1)
        return whole

    noise = torch.randn(300, 300)
    module = nn.Module()
    module.w = nn.Parameter(
        {
            "unit rows": lambda: nn.functional.normalize(torch.randn(400, 300), dim=1),
            "sorted": lambda: torch.randn(5000).sort()[0],
            "symmetric": lambda: (noise + noise.T) / 2,
            "skew": lambda: noise - noise.T,
            "heads": heads,
            "overwritten": overwritten,
            "principal": lambda: torch.linalg.svd(torch.randn(300, 40), full_matrices=False)[0] * 3 * torch.linspace(1, 1.2, 40),
        }[kind]()
    )  # fmt: skip
    return module
