import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SAMPLES = 500


def pre_activation(torch: Any, fill: Callable[..., Any], spec: Path) -> Any:
    """Return the pre-activations of 500 Gaussian samples of 500 numbers."""
    model = fill(torch.nn.ModuleDict({"fc": torch.nn.Linear(500, 500)}), spec)
    samples = torch.randn(SAMPLES, 500, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        return model["fc"](samples)


@pytest.fixture
def plain(specs: Path, tmp_path: Path) -> Path:
    """Return the example with plain Gaussian weights, as its comment describes."""
    text = (specs / "deck.yaml").read_text()
    path = tmp_path / "plain.yaml"
    path.write_text(text.replace("units: 500,", "units: 500, init: normal,"))
    return path


# The mean square of the 250,000 numbers follows from 250,000 weights and as many inputs; its relative
# standard error is 2/500 for each, and that of the standard deviation half of sqrt(2) times as much.
TOLERANCE = 4 * math.sqrt(2) / 500 / 2 * math.sqrt(2)


def test_xavier_keeps_unit_variance(torch: Any, fill: Callable[..., Any], specs: Path) -> None:
    """In the unchanged example, the input of the sigmoid has standard deviation sqrt(500 * 2 / 1000) = 1."""
    entering = pre_activation(torch, fill, specs / "deck.yaml")

    assert entering.std().item() == pytest.approx(1.0, rel=TOLERANCE)


def test_xavier_leaves_the_sigmoid_in_its_middle(torch: Any, fill: Callable[..., Any], specs: Path) -> None:
    """With standard deviation 1, fewer than one output in a thousand is beyond 0.01 or 0.99."""
    out = pre_activation(torch, fill, specs / "deck.yaml").sigmoid()

    assert ((out < 0.01) | (out > 0.99)).float().mean().item() < 1e-3


def test_plain_gaussian_sums_500_products(torch: Any, fill: Callable[..., Any], plain: Path) -> None:
    """With weights of variance 1, the input of the sigmoid has standard deviation sqrt(500) = 22.36."""
    entering = pre_activation(torch, fill, plain)

    assert entering.std().item() == pytest.approx(math.sqrt(500), rel=TOLERANCE)


def test_plain_gaussian_saturates(torch: Any, fill: Callable[..., Any], plain: Path) -> None:
    """84 % of the outputs are then beyond 0.01 or 0.99: P(|z| > ln(99)/sqrt(500)) for a Gaussian z."""
    out = pre_activation(torch, fill, plain).sigmoid()
    expected = math.erfc(math.log(99) / math.sqrt(500) / math.sqrt(2))

    assert round(expected, 2) == 0.84
    assert ((out < 0.01) | (out > 0.99)).float().mean().item() == pytest.approx(expected, abs=0.01)
