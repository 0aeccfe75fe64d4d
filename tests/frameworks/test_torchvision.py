from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winitgen

pytestmark = pytest.mark.slow

MODELS = {
    "resnet18": "resnet18",
    "vgg16": "vgg16",
    "shufflenet-v2": "shufflenet_v2_x1_0",
    "mobilenet-v3-small": "mobilenet_v3_small",
}
"""The function that makes torchvision's model of each example."""


@pytest.mark.parametrize("name", MODELS)
def test_loads_into_torchvision(
    name: str,
    torchvision: Any,
    fill: Callable[..., Any],
    specs: Path,
    bits: Callable[[Any], dict[str, str]],
) -> None:
    """The file fills torchvision's class, with no tensor missing or unused, and the module has its bits."""
    model = fill(getattr(torchvision.models, MODELS[name])(weights=None), specs / f"{name}.yaml")

    assert bits(winitgen.generate(specs / f"{name}.yaml")) == bits(model.state_dict())


@pytest.mark.parametrize("name", MODELS)
def test_the_file_has_torchvisions_order(name: str, torchvision: Any, specs: Path) -> None:
    """The tensors are in the order of torchvision's state_dict."""
    expected = list(getattr(torchvision.models, MODELS[name])(weights=None).state_dict())

    assert expected == list(winitgen.generate(specs / f"{name}.yaml"))
