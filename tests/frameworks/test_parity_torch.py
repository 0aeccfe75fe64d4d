from collections.abc import Callable
from typing import Any

import pytest

from tests.frameworks.parity import MODULES, SPECS, batch_of


@pytest.mark.parametrize("name", SPECS)
def test_models_to_agree_with_are_filled(name: str, torch: Any, fill: Callable[..., Any]) -> None:
    """Each model with which other frameworks are compared loads strictly, and runs."""
    model = fill(MODULES[name](torch), SPECS[name]).eval()

    assert torch.isfinite(model(batch_of(SPECS[name], torch))).all()
