"""Swin-T from one spec, in torchvision's class."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.frameworks.autograd import batch, close
from tests.frameworks.fresh import scatter
from tests.probing.whole_model import signals

SPEC = "swin-tiny.yaml"


def test_outputs_agree(torch: Any, torchvision: Any, fill: Callable[..., Any], specs: Path) -> None:
    """Every tensor has its place, indices too, and a probe's signal ends in the class's logits."""
    fresh, x = torchvision.models.swin_t().eval(), batch(1, 3, 224, 224, dtype="float32")
    index = fresh.features[1][0].attn.relative_position_index.clone()
    model = fill(fresh, specs / SPEC)
    with torch.no_grad():
        expected = model(torch.tensor(x)).numpy()

    assert torch.equal(index, model.features[1][0].attn.relative_position_index)
    close(expected, signals(specs / SPEC, {"": x}, "float32")["head"], "float32")


def test_values_are_spread_as_in_a_fresh_model(torchvision: Any, specs: Path) -> None:
    """Standard deviations of large tensors are those that the class draws."""
    own, fresh = winitgen.generate(specs / SPEC), torchvision.models.swin_t().state_dict()
    large = {
        name: tensor
        for name, tensor in fresh.items()
        if tensor.is_floating_point() and tensor.numel() > 4000 and tensor.ndim > 1
    }

    assert len(large) > 50
    assert {
        name: pytest.approx(tensor.std().item(), rel=scatter(tensor)) for name, tensor in large.items()
    } == {name: own[name].std() for name in large}
