"""Fields by which the library saves tensors that winitgen does not write are refused, not passed over."""

from __future__ import annotations

import json
from typing import Any

import pytest

from winitgen.configs.conversion import convert
from winitgen.errors import SpecError

REFUSED = [
    (
        {"model_type": "fnet", "use_tpu_fourier_optimizations": True},
        (
            "c.json:1:24: use_tpu_fourier_optimizations: true would change the tensors in a way that is not known here; "
            "only false is"
        ),
    ),
    (
        {"model_type": "yolos", "num_hidden_layers": 1},
        (
            "c.json:1:25: num_hidden_layers: expected 2 or more layers, as the library saves a tensor without values for "
            "1; or set use_mid_position_embeddings to false"
        ),
    ),
]


@pytest.mark.parametrize(("config", "message"), REFUSED, ids=lambda item: str(item)[:24])
def test_a_field_that_adds_tensors_is_refused(config: dict[str, Any], message: str) -> None:
    """The message says the field and the values that are known."""
    with pytest.raises(SpecError) as refused:
        convert(json.dumps(config).encode(), "c.json")

    assert message == str(refused.value)


def test_one_layer_without_middle_positions_is_taken() -> None:
    """Then there is no tensor of them."""
    config = {"model_type": "yolos", "num_hidden_layers": 1, "use_mid_position_embeddings": False}

    assert "num_hidden_layers: 1" in convert(json.dumps(config).encode(), "c.json").text
