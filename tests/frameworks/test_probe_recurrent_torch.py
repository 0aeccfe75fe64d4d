"""The probe's recurrent layers against PyTorch's, forward and backward through all positions."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.frameworks.autograd import DTYPES, batch, close, compare, tensors
from tests.probing.one_layer import BIASES, operation
from winitgen.probing.operations.operation import Operation

SAMPLES, IN, H = 6, 5, 4
CELLS = {
    "lstm": ("LSTM", {}),
    "gru": ("GRU", {}),
    "tanh": ("RNN", {}),
    "relu": ("RNN", {"nonlinearity": "relu"}),
}
SECOND = {"defaults": {"preset": "torch"}}
"""PyTorch's preset: plain RNNs and LSTMs have a second bias, drawn like the first."""


def cell(kind: str, positions: int, dtype: str = "float64", threads: int = 1, **options: Any) -> Operation:
    """Return a recurrent layer of a kind as an operation, with biases far from 0 unless ``options`` set them."""
    name = "rnn" if kind in {"tanh", "relu"} else kind
    layer = {"type": name, "units": H, **({"activation": kind} if name == "rnn" else {})}
    layer |= {} if {"defaults", "use_bias"} & set(options) else BIASES
    model = {key: options.pop(key) for key in ("defaults",) if key in options}
    return operation([positions, IN], {**layer, **options}, dtype=dtype, threads=threads, **model)


def module(own: Operation, kind: str, torch: Any) -> Any:
    """Return PyTorch's layer with the parameters of an operation."""
    name, options = CELLS[kind]
    layer = own.layer
    made = getattr(torch.nn, name)(
        IN,
        H,
        num_layers=layer.num_layers,
        bidirectional=layer.bidirectional,
        bias=layer.use_bias is not False,
        batch_first=True,
        **({"proj_size": layer.projection} if name == "LSTM" and layer.projection else {}),
        dtype=getattr(torch, own.weights.dtype),
        **options,
    )
    roles = {"weight_ih": "kernel", "weight_hh": "recurrent_kernel"}
    roles |= {"weight_hr": "projection_kernel"} if name == "LSTM" and layer.projection else {}
    roles |= {"bias_ih": "bias", "bias_hh": "recurrent_bias"} if layer.use_bias is not False else {}
    with torch.no_grad():
        for level in range(layer.num_layers):
            for direction in layer.directions:
                ending = "_reverse" if direction == "backward" else ""
                for there, role in roles.items():
                    (values,) = tensors(own, torch, role, part=f"l{level}.{direction}")
                    target = getattr(made, f"{there}_l{level}{ending}")
                    target.copy_(torch.zeros(()) if values is None else values.reshape(target.shape))
    return made


def reference(own: Operation, kind: str, torch: Any) -> Callable[[Any], Any]:
    """Return the function that an operation must compute: all positions, or the last state of each direction."""
    made = module(own, kind, torch)
    if own.layer.return_sequences:
        return lambda x: made(x)[0]

    def last(x: Any) -> Any:
        final = made(x)[1]
        final = final[0] if kind == "lstm" else final
        return torch.cat(list(final[-len(own.layer.directions) :]), dim=-1)

    return last


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("levels", [1, 3])
@pytest.mark.parametrize("kind", CELLS)
def test_recurrent(kind: str, levels: int, both: bool, sequences: bool, dtype: str, torch: Any) -> None:
    """With any levels and directions, for all positions or the last, values and gradients are PyTorch's."""
    options = {"num_layers": levels, "bidirectional": both, "return_sequences": sequences}
    own = cell(kind, 7, dtype, **options)

    compare(own, torch, reference(own, kind, torch), [batch(SAMPLES, 7, IN, dtype=dtype)])


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("levels", [1, 3])
@pytest.mark.parametrize("projection", [1, 3])
def test_projection(
    projection: int, levels: int, both: bool, sequences: bool, dtype: str, torch: Any
) -> None:
    """An LSTM whose output is projected, before it flows on and back into the cell, is PyTorch's."""
    options = {"num_layers": levels, "bidirectional": both, "return_sequences": sequences}
    own = cell("lstm", 7, dtype, projection=projection, **options)

    compare(own, torch, reference(own, "lstm", torch), [batch(SAMPLES, 7, IN, dtype=dtype)])


@pytest.mark.parametrize("options", [{**SECOND}, {"use_bias": False}], ids=["two biases", "no bias"])
@pytest.mark.parametrize("kind", CELLS)
def test_biases(kind: str, options: dict[str, Any], torch: Any) -> None:
    """A second bias is added, in a GRU's new gate inside the reset; `use_bias: false` adds none."""
    own = cell(kind, 5, num_layers=2, bidirectional=True, **options)
    second = own.weights.array("recurrent_bias", "l1.backward")

    assert (second is None) == ("use_bias" in options)
    compare(own, torch, reference(own, kind, torch), [batch(SAMPLES, 5, IN, dtype="float64")])


@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("kind", CELLS)
def test_one_position(kind: str, sequences: bool, torch: Any) -> None:
    """A sequence of one position, and a batch of one sample, agree too."""
    own = cell(kind, 1, bidirectional=True, return_sequences=sequences)

    compare(own, torch, reference(own, kind, torch), [batch(1, 1, IN, dtype="float64")])


@pytest.mark.parametrize("kind", CELLS)
def test_threads(kind: str, torch: Any) -> None:
    """Samples divided among several threads give the same."""
    own = cell(kind, 7, threads=4, num_layers=2, bidirectional=True)

    compare(own, torch, reference(own, kind, torch), [batch(SAMPLES, 7, IN, dtype="float64")])


@pytest.mark.parametrize("kind", CELLS)
def test_pre_activations_of_the_gates(kind: str, torch: Any) -> None:
    """`pre` is W x + b + U h + c, with PyTorch's states h, in both directions.

    In a GRU the reset gate multiplies the term of h in the new gate.
    """
    own = cell(kind, 6, bidirectional=True, return_sequences=True, **SECOND)
    x = batch(SAMPLES, 6, IN, dtype="float64")
    own.forward([x], keep=False)
    with torch.no_grad():
        states = reference(own, kind, torch)(torch.tensor(x)).numpy()
    expected = np.empty((SAMPLES, 6, 2, len(own.layer.gates), H))
    expected[:, :, 0] = entering(own, "forward", x, states[..., :H])
    expected[:, ::-1, 1] = entering(own, "backward", x[:, ::-1], states[:, ::-1, H:])

    close(expected, own.pre, "float64")


def entering(own: Operation, direction: str, x: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Return the pre-activations of the gates of one direction, positions in the order of reading."""
    kernel, recurrent, bias, second = (
        own.weights.needed(role, f"l0.{direction}")
        for role in ("kernel", "recurrent_kernel", "bias", "recurrent_bias")
    )
    before = np.concatenate([np.zeros_like(states[:, :1]), states[:, :-1]], axis=1)
    heard = np.einsum("gij,ntj->ntgi", recurrent, before) + second
    if own.layer.type == "gru":
        reset = np.einsum("ij,ntj->nti", kernel[0], x) + bias[0] + heard[:, :, 0]
        heard[:, :, 2] /= 1 + np.exp(-reset)
    return np.einsum("gij,ntj->ntgi", kernel, x) + bias + heard
