from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winitgen

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["resnet18", "vgg16"])
def test_loads_into_torchvision(
    name: str,
    torchvision: Any,
    fill: Callable[..., Any],
    specs: Path,
    bits: Callable[[Any], dict[str, str]],
) -> None:
    """The file fills torchvision's class, with no tensor missing or unused, and the module has its bits."""
    model = fill(getattr(torchvision.models, name)(weights=None), specs / f"{name}.yaml")

    assert bits(winitgen.generate(specs / f"{name}.yaml")) == bits(model.state_dict())


@pytest.mark.parametrize("name", ["resnet18", "vgg16"])
def test_the_file_has_torchvisions_order(name: str, torchvision: Any, specs: Path) -> None:
    """The tensors are in the order of torchvision's state_dict."""
    expected = list(getattr(torchvision.models, name)(weights=None).state_dict())

    assert expected == list(winitgen.generate(specs / f"{name}.yaml"))
