"""PyTorch's recurrent layers and attention, against the equations of the reference in NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.drawing.draw import whole

Arrays = dict[str, np.ndarray]
T, IN, H = 7, 5, 6
"""Numbers of positions, features and units."""


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return the logistic function."""
    return 1 / (1 + np.exp(-x))


def lstm_step(cell: Arrays, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the next state of an LSTM: gates input, forget, cell, output."""
    i, f, g, o = cell["kernel"] @ x + cell["recurrent_kernel"] @ h + cell["bias"]
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def gru_step(cell: Arrays, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the next state of a GRU: gates reset, update, new; the reset acts after the product."""
    here = cell["kernel"] @ x + cell["bias"]
    back = cell["recurrent_kernel"] @ h + cell["recurrent_bias"]
    r, z = sigmoid(here[0] + back[0]), sigmoid(here[1] + back[1])
    return (1 - z) * np.tanh(here[2] + r * back[2]) + z * h, c


def rnn_step(cell: Arrays, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the next state of a plain recurrent layer with relu."""
    (total,) = cell["kernel"] @ x + cell["recurrent_kernel"] @ h + cell["bias"]
    return np.maximum(total, 0), c


def run(step: Callable[..., Any], parameters: Arrays, x: np.ndarray, levels: int) -> np.ndarray:
    """Return the outputs (T, 2 H) of the last of several bidirectional levels."""
    for level in range(levels):
        sides = []
        for direction in ("forward", "backward"):
            path = f"m.l{level}.{direction}/"
            cell = {key.removeprefix(path): p for key, p in parameters.items() if key.startswith(path)}
            h, c, seen = np.zeros(H), np.zeros(H), []
            for row in x if direction == "forward" else x[::-1]:
                h, c = step(cell, row, h, c)
                seen.append(h)
            sides.append(np.array(seen if direction == "forward" else seen[::-1]))
        x = np.concatenate(sides, axis=1)
    return x


def parameters_of(spec: dict[str, Any]) -> Arrays:
    """Return the parameters by id in their canonical shapes."""
    return {parameter.id: whole(parameter) for parameter in winitgen.plan(spec).parameters}


CELLS = {
    "lstm": (lambda nn: nn.LSTM(IN, H, num_layers=2, bidirectional=True), lstm_step),
    "gru": (lambda nn: nn.GRU(IN, H, num_layers=2, bidirectional=True), gru_step),
    "rnn": (lambda nn: nn.RNN(IN, H, num_layers=2, bidirectional=True, nonlinearity="relu"), rnn_step),
}


@pytest.mark.parametrize("bias", ["auto", "normal"])
@pytest.mark.parametrize("kind", CELLS)
def test_gates(kind: str, bias: str, torch: Any, fill: Callable[..., Any]) -> None:
    """PyTorch's outputs from the tensors are those of the equations from the parameters, gate by gate."""
    module, step = CELLS[kind]
    layer = {"name": "m", "type": kind, "units": H, "num_layers": 2, "bidirectional": True}
    options = {"init": "xavier", "bias_init": bias, "dtype": "float64"}
    options |= {"activation": "relu"} if kind == "rnn" else {}
    spec = {"input": [T, IN], "layers": [{**layer, **options, "return_sequences": True}]}
    signal = torch.randn(T, IN, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    filled = fill(torch.nn.ModuleDict({"m": module(torch.nn).double()}), spec)
    with torch.no_grad():
        out = filled["m"](signal)[0].numpy()

    np.testing.assert_allclose(
        run(step, parameters_of(spec), signal.numpy(), levels=2), out, rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_without_bias(kind: str, torch: Any, fill: Callable[..., Any]) -> None:
    """`use_bias: false` is PyTorch's `bias=False`."""
    module = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[kind](IN, H, bias=False)
    layer = {"name": "m", "type": kind, "units": H, "use_bias": False, "init": "xavier"}
    filled = fill(torch.nn.ModuleDict({"m": module}), {"input": [T, IN], "layers": [layer]})

    assert torch.isfinite(filled["m"](torch.ones(T, IN))[0]).all()


def attention(parameters: Arrays, x: np.ndarray, heads: int) -> np.ndarray:
    """Return multi-head self-attention of x (T, features), each head on its rows of the kernels."""

    def dense(part: str, signal: np.ndarray) -> np.ndarray:
        return signal @ parameters[f"m.{part}/kernel"].T + parameters[f"m.{part}/bias"]

    q, k, v = (dense(part, x).reshape(len(x), heads, -1) for part in ("query", "key", "value"))
    scores = np.einsum("qhd,khd->hqk", q, k) / np.sqrt(q.shape[-1])
    weights = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    return dense("out_proj", np.einsum("hqk,khd->qhd", weights, v).reshape(len(x), -1))


def test_attention(torch: Any, fill: Callable[..., Any]) -> None:
    """PyTorch's attention splits the fused tensor into the parameters of which it was made."""
    layer = {"name": "m", "type": "multi_head_attention", "heads": 3, "fused": True, "dtype": "float64"}
    names = {"qkv": "in_proj", "output": "out_proj"}
    spec = {"input": [T, 12], "layers": [{**layer, "names": names, "bias_init": "normal"}]}
    module = torch.nn.MultiheadAttention(12, 3, batch_first=True).double()
    filled = fill(torch.nn.ModuleDict({"m": module}), spec)["m"]
    signal = torch.randn(1, T, 12, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        out = filled(signal, signal, signal, need_weights=False)[0].numpy()

    np.testing.assert_allclose(
        attention(parameters_of(spec), signal[0].numpy(), 3), out[0], rtol=1e-9, atol=1e-12
    )


def test_projection(torch: Any) -> None:
    """A projected LSTM has the names, the order and the shapes of `nn.LSTM` with `proj_size`."""
    layer = {"name": "m", "type": "lstm", "units": 7, "projection": 3, "num_layers": 2, "bidirectional": True}
    plan = winitgen.plan({"input": [T, IN], "layers": [layer]})
    parameters, tensors = {p.id: whole(p) for p in plan.parameters}, winitgen.generate(plan.spec)
    module = torch.nn.LSTM(IN, 7, num_layers=2, bidirectional=True, proj_size=3)
    expected = {f"m.{name}": tuple(value.shape) for name, value in module.state_dict().items()}

    assert list(expected.items()) == [(name, array.shape) for name, array in tensors.items()]
    assert np.array_equal(parameters["m.l1.backward/projection_kernel"], tensors["m.weight_hr_l1_reverse"])
    assert np.array_equal(
        np.concatenate(list(parameters["m.l0.forward/recurrent_kernel"])), tensors["m.weight_hh_l0"]
    )
