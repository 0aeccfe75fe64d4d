"""The probe's norms against PyTorch's, forward and backward."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.frameworks.autograd import DTYPES, batch, compare, tensors
from tests.probing.one_layer import operation

DRAWN = {"init": {"scheme": "normal", "mean": 0.8, "std": 0.4}, "bias_init": {"scheme": "normal", "std": 0.5}}
SAMPLES = 6
SIZES = {"features": [12], "sequence": [8, 5], "image": [8, 5, 3], "volume": [4, 5, 3, 2]}
AFFINE = {"affine": DRAWN, "plain": {"affine": False}}


def batch_norm(torch: Any, x: Any, gamma: Any, beta: Any, eps: float) -> Any:
    """Return PyTorch's batch norm in training mode."""
    return torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True, eps=eps)


def group_norm(torch: Any, x: Any, gamma: Any, beta: Any, eps: float) -> Any:
    """Return PyTorch's group norm with groups of two or more."""
    return torch.nn.functional.group_norm(x, 2, gamma, beta, eps)


def instance_norm(torch: Any, x: Any, gamma: Any, beta: Any, eps: float) -> Any:
    """Return PyTorch's instance norm."""
    return torch.nn.functional.instance_norm(x, weight=gamma, bias=beta, eps=eps)


def layer_norm(torch: Any, x: Any, gamma: Any, beta: Any, eps: float) -> Any:
    """Return PyTorch's layer norm over the last axis."""
    return torch.nn.functional.layer_norm(x, x.shape[-1:], gamma, beta, eps)


def rms_norm(torch: Any, x: Any, gamma: Any, beta: Any, eps: float) -> Any:
    """Return PyTorch's RMS norm over the last axis."""
    return torch.nn.functional.rms_norm(x, x.shape[-1:], gamma, eps)


NORMS = {
    "batch_norm": (batch_norm, {}),
    "group_norm": (group_norm, {"groups": 2}),
    "instance_norm": (instance_norm, {"affine": True}),
    "layer_norm": (layer_norm, {}),
    "rms_norm": (rms_norm, {}),
}
CASES = [
    (kind, size, affine)
    for kind in NORMS
    for size in SIZES
    for affine in AFFINE
    if (kind, size) != ("instance_norm", "features")
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("kind", "size", "affine"), CASES)
def test_norm(kind: str, size: str, affine: str, dtype: str, torch: Any) -> None:
    """Output and gradient of a norm are PyTorch's, with an epsilon that is not small."""
    function, options = NORMS[kind]
    layer = {"type": kind, "epsilon": 0.03, **options, **AFFINE[affine]}
    layer = {key: value for key, value in layer.items() if (kind, key) != ("rms_norm", "bias_init")}
    own = operation(SIZES[size], layer, dtype=dtype)
    gamma, beta = tensors(own, torch, "gamma", "beta")

    assert (gamma is None) == (affine == "plain")
    compare(
        own,
        torch,
        lambda x: function(torch, x, gamma, beta, 0.03),
        [batch(SAMPLES, *SIZES[size], dtype=dtype)],
    )


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("kind", NORMS)
def test_blocks(kind: str, threads: int, torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work split into many blocks for several threads gives the same."""
    monkeypatch.setattr("winitgen.probing.operations.norm.BLOCK", 40)
    function, options = NORMS[kind]
    layer = {"type": kind, **options, **DRAWN}
    layer = {key: value for key, value in layer.items() if (kind, key) != ("rms_norm", "bias_init")}
    own = operation([10, 7, 3], layer, threads=threads)
    gamma, beta = tensors(own, torch, "gamma", "beta")

    compare(
        own, torch, lambda x: function(torch, x, gamma, beta, 1e-5), [batch(9, 10, 7, 3, dtype="float64")]
    )


def test_layer_norm_without_a_shift(torch: Any) -> None:
    """`use_bias: false` leaves a layer norm only its scale."""
    own = operation([7, 12], {"type": "layer_norm", "use_bias": False, "init": DRAWN["init"]})
    gamma, beta = tensors(own, torch, "gamma", "beta")

    assert beta is None
    compare(own, torch, lambda x: layer_norm(torch, x, gamma, None, 1e-5), [batch(5, 7, 12, dtype="float64")])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["layer_norm", "rms_norm"])
def test_unit_offset(kind: str, size: str, dtype: str, torch: Any) -> None:
    """With `unit_offset` output and gradient are those of PyTorch's norm with 1 + the scale."""
    function, _ = NORMS[kind]
    drawn = DRAWN if kind == "layer_norm" else {"init": DRAWN["init"]}
    own = operation(SIZES[size], {"type": kind, "unit_offset": True, **drawn}, dtype=dtype)
    gamma, beta = tensors(own, torch, "gamma", "beta")

    compare(
        own,
        torch,
        lambda x: function(torch, x, 1 + gamma, beta, 1e-5),
        [batch(SAMPLES, *SIZES[size], dtype=dtype)],
    )


def after(kind: str, torch: Any) -> Callable[[Any], Any]:
    """Return a norm without scale and shift, with the usual epsilon."""
    function, _ = NORMS[kind]
    return lambda x: function(torch, x, None, None, 1e-5)


@pytest.mark.parametrize("kind", ["group_norm", "layer_norm", "rms_norm"])
def test_one_sample(kind: str, torch: Any) -> None:
    """A norm of single samples accepts a batch of one."""
    own = operation([8, 3], {"type": kind, **NORMS[kind][1], "affine": False})

    compare(own, torch, after(kind, torch), [batch(1, 8, 3, dtype="float64")])


@pytest.mark.parametrize("kind", ["batch_norm", "instance_norm", "layer_norm"])
def test_a_large_mean_takes_no_digits(kind: str, torch: Any) -> None:
    """In float32 a mean of a hundred standard deviations is subtracted before squaring."""
    own = operation([6, 11, 9], {"type": kind, "affine": False}, dtype="float32")
    x = batch(40, 6, 11, 9, dtype="float32", mean=100.0, std=1.0)
    exact = after(kind, torch)(torch.tensor(x).double()).float().numpy()

    assert abs(own.forward([x], keep=False) - exact).max() < 1e-4
