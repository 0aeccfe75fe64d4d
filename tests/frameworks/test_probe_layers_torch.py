"""The probe's attention, gated MLP, embeddings and slopes against PyTorch, forward and back."""

from typing import Any

import numpy as np
import pytest

from tests.frameworks.autograd import DTYPES, batch, close, compare, tensors
from tests.probing.one_layer import BIASES, operation
from winitgen.probing.operations.operation import Operation

SAMPLES, T, D = 5, 7, 12


def dense(own: Operation, part: str, x: Any, torch: Any) -> Any:
    """Return the output of one dense part of an operation."""
    return torch.nn.functional.linear(x, *tensors(own, torch, "kernel", "bias", part=part))


def attention(own: Operation, x: Any, torch: Any) -> Any:
    """Return grouped-query attention by PyTorch's own function."""
    names, layer = own.layer.named, own.layer
    queries, keys, values = (dense(own, names(part), x, torch) for part in ("query", "key", "value"))
    shared = layer.kv_heads or layer.heads
    heads = [
        array.unflatten(-1, (count, -1)).transpose(1, 2)
        for array, count in ((queries, layer.heads), (keys, shared), (values, shared))
    ]
    seen = torch.nn.functional.scaled_dot_product_attention(*heads, enable_gqa=shared != layer.heads)
    return dense(own, names("output"), seen.transpose(1, 2).flatten(2), torch)


ATTENTIONS = {
    "heads": {"heads": 3},
    "one head": {"heads": 1},
    "grouped": {"heads": 6, "kv_heads": 2},
    "one for all": {"heads": 4, "kv_heads": 1, "head_dim": 5},
    "wide": {"heads": 2, "head_dim": 9},
    "named": {"heads": 4, "names": {"query": "q", "key": "k", "value": "v", "output": "o"}},
    "fused": {"heads": 3, "fused": True, "stored": "in_out"},
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", ATTENTIONS)
def test_attention(case: str, dtype: str, torch: Any) -> None:
    """Output and gradient are PyTorch's, whether heads share keys and values or not."""
    own = operation([T, D], {"type": "multi_head_attention", **BIASES, **ATTENTIONS[case]}, dtype=dtype)

    compare(own, torch, lambda x: attention(own, x, torch), [batch(SAMPLES, T, D, dtype=dtype)])


def test_attention_without_biases(torch: Any) -> None:
    """`use_bias: false` omits all four."""
    own = operation([T, D], {"type": "multi_head_attention", "heads": 3, "use_bias": False})

    compare(own, torch, lambda x: attention(own, x, torch), [batch(SAMPLES, T, D, dtype="float64")])


@pytest.mark.parametrize("threads", [1, 3])
def test_attention_in_blocks(threads: int, torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples computed one at a time, with the scores of the first two kept, give the same."""
    monkeypatch.setattr("winitgen.probing.operations.attention.BLOCK", 1)
    monkeypatch.setattr("winitgen.probing.operations.attention.SHOWN", 2 * 6 * T * T + 1)
    layer = {"type": "multi_head_attention", **BIASES, "heads": 6, "kv_heads": 3}
    own = operation([T, D], layer, threads=threads)

    compare(own, torch, lambda x: attention(own, x, torch), [batch(SAMPLES, T, D, dtype="float64")])
    assert own.pre is not None
    assert (2, 3, 2, T, T) == own.pre.shape


def test_attention_over_one_position(torch: Any) -> None:
    """A single position attends only to itself: its value reaches the output, whatever its score."""
    own = operation([1, D], {"type": "multi_head_attention", **BIASES, "heads": 3})
    x = batch(2, 1, D, dtype="float64")
    compare(own, torch, lambda x: attention(own, x, torch), [x])
    value = dense(own, "value", torch.tensor(x), torch)

    close(dense(own, "output", value, torch).numpy(), own.forward([x], keep=False), "float64")


def test_scores(torch: Any) -> None:
    """`pre` has the scores before the softmax: query head 4 of 6 is the first that uses the last of three kv heads."""
    own = operation([T, D], {"type": "multi_head_attention", **BIASES, "heads": 6, "kv_heads": 3})
    x = torch.tensor(batch(SAMPLES, T, D, dtype="float64"))
    own.forward([x.numpy()], keep=False)
    query = dense(own, "query", x, torch).unflatten(-1, (6, 2))[:, :, 4]
    key = dense(own, "key", x, torch).unflatten(-1, (3, 2))[:, :, 2]

    assert own.pre is not None
    close((query @ key.mT / 2**0.5).numpy(), own.pre[:, 2, 0], "float64")


GATES = ("silu", "gelu", "relu", "sigmoid", "tanh", "softmax")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [[D], [T, D]], ids=["features", "sequence"])
@pytest.mark.parametrize("name", GATES)
def test_gated_mlp(name: str, size: list[int], dtype: str, torch: Any) -> None:
    """The activation of the gate is multiplied by the up projection, then projected down to the features."""
    layer = {"type": "gated_mlp", **BIASES, "units": 9, "activation": name, "names": {"gate": "w1"}}
    own = operation(size, layer, dtype=dtype, threads=2)
    arguments = {"dim": -1} if name == "softmax" else {}

    def reference(x: Any) -> Any:
        gated = getattr(torch.nn.functional, name)(dense(own, "w1", x, torch), **arguments) * dense(
            own, "up", x, torch
        )
        return dense(own, "down", gated, torch)

    compare(own, torch, reference, [batch(SAMPLES, *size, dtype=dtype)])
    gate = dense(own, "w1", torch.tensor(batch(SAMPLES, *size, dtype=dtype)), torch)
    close(gate.numpy(), own.pre, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("tied", [False, True])
def test_embedding(tied: bool, dtype: str, torch: Any) -> None:
    """Each token gets its vector, from the layer's table or another layer's; no gradient goes back."""
    own = {"name": "words", "type": "embedding", "count": 11, "dim": 6, "padding_index": 3}
    other = {"type": "embedding", "count": 11, "dim": 6, "tied_to": "words", "tied": "omit", "from": "input"}
    embedding = operation({"tokens": T}, own, *([other] if tied else []), dtype=dtype)
    tokens = np.random.default_rng(0).integers(0, 11, (SAMPLES, T))
    table = torch.nn.Embedding.from_pretrained(*tensors(embedding, torch, "embeddings"), padding_idx=3)
    out = embedding.forward([tokens], keep=True)

    close(table(torch.tensor(tokens)).numpy(), out, dtype)
    assert [None] == embedding.backward(np.ones_like(out))


@pytest.mark.parametrize("dtype", DTYPES)
def test_positional_embedding(dtype: str, torch: Any) -> None:
    """Each position gets its vector, from a table that is longer than the sequence."""
    own = operation([T, D], {"type": "positional_embedding", "count": 10, "dim": D}, dtype=dtype)
    (table,) = tensors(own, torch, "embeddings")

    compare(own, torch, lambda x: x + table[:T], [batch(SAMPLES, T, D, dtype=dtype)])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("norm", ["weight_norm", "spectral_norm"])
def test_normalised_kernel(norm: str, dtype: str, torch: Any) -> None:
    """A dense layer uses its kernel over its largest singular value, or over its lengths times the same."""
    own = operation([T, D], {"type": "dense", "units": 5, "kernel_norm": norm}, dtype=dtype)
    plain = operation([T, D], {"type": "dense", "units": 5}, dtype=dtype)
    (kernel,) = tensors(plain, torch, "kernel")
    weight = kernel / torch.linalg.matrix_norm(kernel.double(), 2) if norm == "spectral_norm" else kernel

    x = batch(SAMPLES, T, D, dtype=dtype)
    weight = weight.to(torch.tensor(x).dtype)
    out = own.forward([x], keep=True)
    (back,) = own.backward(np.ones_like(out))

    torch.testing.assert_close(torch.tensor(x) @ weight.T, torch.tensor(out), atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(weight.sum(0).expand(back.shape), torch.tensor(back), atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("halves", [False, True])
def test_sinusoidal_embedding(stored: bool, halves: bool, dtype: str, torch: Any) -> None:
    """Each position gets its sinusoids, whether or not the file has the table."""
    options = {"order": "halves", "endpoint": True} if halves else {"start": 2}
    layer = {"type": "sinusoidal_embedding", **options, **({"shape": [1, 10, D]} if stored else {})}
    own = operation([T, D], layer, dtype=dtype)
    positions = torch.arange(T, dtype=torch.float64)[:, None] + (0 if halves else 2)
    angles = positions * 10000.0 ** (-torch.arange(D // 2).double() / (D // 2 - halves))
    pair = [torch.sin(angles), torch.cos(angles)]
    table = torch.cat(pair, 1) if halves else torch.stack(pair, 2).flatten(1)
    table = table.float() if stored else table

    compare(own, torch, lambda x: x + table.to(x.dtype), [batch(SAMPLES, T, D, dtype=dtype)])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [[6], [6, 4], [6, 4, 3]], ids=str)
@pytest.mark.parametrize("per_channel", [False, True])
def test_prelu(per_channel: bool, size: list[int], dtype: str, torch: Any) -> None:
    """There is one slope for all or one for each channel; at 0 the slope is that of the negative side."""
    slopes = {"scheme": "uniform", "low": 0.05, "high": 0.6}
    own = operation(size, {"type": "prelu", "per_channel": per_channel, "init": slopes}, dtype=dtype)
    (alpha,) = tensors(own, torch, "alpha")
    x = batch(SAMPLES, *size, dtype=dtype)
    x[1] = 0

    compare(own, torch, lambda x: torch.nn.functional.prelu(x, alpha), [x])
