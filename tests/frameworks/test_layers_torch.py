from collections.abc import Callable
from typing import Any, NamedTuple

import pytest


class Case(NamedTuple):
    """A layer in a spec, PyTorch's class for it, and its input."""

    layer: dict[str, Any]
    module: Callable[[Any], Any]
    input: Any


CASES = {
    "dense": Case({"type": "dense", "units": 7}, lambda nn: nn.Linear(5, 7), 5),
    "dense without bias": Case(
        {"type": "dense", "units": 7, "use_bias": False}, lambda nn: nn.Linear(5, 7, bias=False), 5
    ),
    "conv1d": Case(
        {"type": "conv1d", "filters": 6, "kernel_size": 5, "strides": 2, "padding": 2},
        lambda nn: nn.Conv1d(4, 6, 5, stride=2, padding=2),
        [4, 20],
    ),
    "conv2d, grouped": Case(
        {"type": "conv2d", "filters": 6, "kernel_size": [3, 5], "groups": 2},
        lambda nn: nn.Conv2d(4, 6, (3, 5), groups=2),
        [4, 9, 9],
    ),
    "conv2d, one group for each channel": Case(
        {"type": "conv2d", "filters": 8, "kernel_size": 3, "groups": 4, "padding": "same"},
        lambda nn: nn.Conv2d(4, 8, 3, groups=4, padding="same"),
        [4, 9, 9],
    ),
    "conv3d": Case(
        {"type": "conv3d", "filters": 6, "kernel_size": [1, 2, 3], "use_bias": False},
        lambda nn: nn.Conv3d(4, 6, (1, 2, 3), bias=False),
        [4, 5, 6, 7],
    ),
    "batch_norm": Case({"type": "batch_norm"}, lambda nn: nn.BatchNorm2d(4), [4, 9, 9]),
    "batch_norm without scale and shift": Case(
        {"type": "batch_norm", "affine": False}, lambda nn: nn.BatchNorm2d(4, affine=False), [4, 9, 9]
    ),
    "layer_norm": Case({"type": "layer_norm"}, lambda nn: nn.LayerNorm(12), 12),
    "layer_norm without shift": Case(
        {"type": "layer_norm", "use_bias": False}, lambda nn: nn.LayerNorm(12, bias=False), 12
    ),
    "rms_norm": Case({"type": "rms_norm"}, lambda nn: nn.RMSNorm(12), 12),
    "group_norm": Case({"type": "group_norm", "groups": 3}, lambda nn: nn.GroupNorm(3, 12), [12, 5, 5]),
    "prelu": Case({"type": "prelu"}, lambda nn: nn.PReLU(), [4, 9, 9]),
    "prelu, a slope for each channel": Case(
        {"type": "prelu", "per_channel": True}, lambda nn: nn.PReLU(4), [4, 9, 9]
    ),
    "embedding": Case(
        {"type": "embedding", "count": 11, "dim": 6}, lambda nn: nn.Embedding(11, 6), {"tokens": 3}
    ),
    "embedding with a padding token": Case(
        {"type": "embedding", "count": 11, "dim": 6, "padding_index": 2},
        lambda nn: nn.Embedding(11, 6, padding_idx=2),
        {"tokens": 3},
    ),
}

# PyTorch's initial values of these; its other layers start with random values.
STARTS_ALIKE = [name for name in CASES if "norm" in name or "prelu" in name]


def spec_of(case: Case) -> dict[str, Any]:
    """Return a spec of only this layer."""
    return {"input": case.input, "layers": [{"name": "layer", **case.layer}]}


def filled(torch: Any, fill: Callable[..., Any], case: Case) -> Any:
    """Return PyTorch's layer with winitgen's values."""
    return fill(torch.nn.ModuleDict({"layer": case.module(torch.nn)}), spec_of(case))["layer"]


@pytest.mark.parametrize("name", CASES)
def test_loads_and_runs(name: str, torch: Any, fill: Callable[..., Any]) -> None:
    """Each layer fills PyTorch's class, strictly, and its output is finite."""
    case = CASES[name]
    layer = filled(torch, fill, case)
    if case.layer["type"] == "embedding":
        signal = torch.arange(11).reshape(1, 11)
    else:
        shape = [case.input] if isinstance(case.input, int) else case.input
        signal = torch.randn(8, *shape, generator=torch.Generator().manual_seed(0))

    assert torch.isfinite(layer(signal)).all()


@pytest.mark.parametrize("name", STARTS_ALIKE)
def test_constants_are_those_of_torch(name: str, torch: Any, fill: Callable[..., Any]) -> None:
    """Norms, their buffers, and slopes start with PyTorch's values."""
    layer = filled(torch, fill, CASES[name])

    for key, tensor in CASES[name].module(torch.nn).state_dict().items():
        assert torch.equal(tensor, layer.state_dict()[key]), key


def test_a_padding_token_has_no_vector(torch: Any, fill: Callable[..., Any]) -> None:
    """Only the row of the padding token is zero, as in PyTorch."""
    layer = filled(torch, fill, CASES["embedding with a padding token"])

    assert [2] == [row for row in range(11) if not layer.weight[row].any()]
