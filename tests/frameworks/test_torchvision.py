from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winitgen
from winitgen.layouts import tensors

MODELS = {
    "efficientnet_b0": "efficientnet-b0",
    "mobilenet_v2": "mobilenet-v2",
    "mobilenet_v3_small": "mobilenet-v3-small",
    "regnet_y_400mf": "regnety-400mf",
    "resnet18": "resnet18",
    "shufflenet_v2_x1_0": "shufflenet-v2",
    "vgg16": "vgg16",
}
"""torchvision's models, with the specs of their tensors."""

LINES = {"efficientnet-b0": 45, "mobilenet-v2": 30, "regnety-400mf": 40}
"""How many lines a table of stages may take, with its blocks."""


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_loads_into_torchvision(
    name: str,
    torchvision: Any,
    fill: Callable[..., Any],
    specs: Path,
    bits: Callable[[Any], dict[str, str]],
) -> None:
    """The file fills torchvision's class, with no tensor missing or unused, and the module has its bits."""
    model = fill(getattr(torchvision.models, name)(weights=None), specs / f"{MODELS[name]}.yaml")

    assert bits(winitgen.generate(specs / f"{MODELS[name]}.yaml")) == bits(model.state_dict())


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in MODELS if name != "regnet_y_400mf"])
def test_the_file_has_torchvisions_order(name: str, torchvision: Any, specs: Path) -> None:
    """The tensors are in the order of torchvision's state_dict, but for a shortcut that torchvision has first."""
    expected = list(getattr(torchvision.models, name)(weights=None).state_dict())

    assert expected == list(winitgen.generate(specs / f"{MODELS[name]}.yaml"))


@pytest.mark.parametrize("name", ["efficientnet_b0", "mobilenet_v2", "regnet_y_400mf"])
def test_names_and_shapes(name: str, torchvision: Any, specs: Path) -> None:
    """The spec has torchvision's tensors, none missing or unused, in their shapes."""
    expected = getattr(torchvision.models, name)(weights=None).state_dict()
    plan = winitgen.plan(specs / f"{MODELS[name]}.yaml")

    assert {key: tuple(tensor.shape) for key, tensor in expected.items()} == {
        tensor.name: tensor.shape for tensor in tensors(plan)
    }


@pytest.mark.parametrize("name", LINES)
def test_a_table_of_stages_is_short(name: str, specs: Path) -> None:
    """A model of a table of stages takes about as many lines as its table and one block."""
    lines = (specs / f"{name}.yaml").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= LINES[name]
    assert max(map(len, lines)) <= 121
