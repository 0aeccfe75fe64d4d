"""Fields that may be 0 although their default is not, and values that stand for the default, such as 'auto'."""

from __future__ import annotations

import json
from typing import Any

import pytest

import winitgen
from winitgen.errors import SpecError
from winitgen.load import import_config, parse_spec

DEEPSEEK = {"model_type": "deepseek_v3", "num_hidden_layers": 2, "n_routed_experts": 8}
MAMBA = {"model_type": "mamba", "num_hidden_layers": 1, "hidden_size": 40}


def shapes(fields: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the parameters of a config, by their ids."""
    text = import_config(json.dumps(fields).encode(), "config.json").text
    plan = winitgen.plan(parse_spec(text.encode(), "model.yaml"))
    return {parameter.id: parameter.shape for parameter in plan.parameters}


def test_no_layer_is_dense() -> None:
    """With 0 for the dense layers at the beginning, the first layer has experts; by default, three are dense."""
    router = "model.layers.0.mlp.router/kernel"

    assert (8, 7168) == shapes({**DEEPSEEK, "first_k_dense_replace": 0})[router]
    assert router not in shapes(DEEPSEEK)


def test_zero_is_refused_elsewhere() -> None:
    """A field that is not among these must be at least 1."""
    with pytest.raises(SpecError) as caught:
        shapes({**DEEPSEEK, "n_shared_experts": 0})

    assert "n_shared_experts: expected a whole number from 1 to 2^40, not 0" in str(caught.value)


@pytest.mark.parametrize(("value", "rank"), [("auto", 3), (None, 3), (3, 3), (7, 7)])
def test_auto_is_the_default(value: object, rank: int) -> None:
    """The rank of Mamba's time steps is a sixteenth of the width, rounded up, if it is 'auto': 3 of 40."""
    assert (80, rank) == shapes({**MAMBA, "time_step_rank": value})["backbone.layers.0.mixer.dt_proj/kernel"]


def test_another_word_is_refused() -> None:
    """Only 'auto' stands for the default."""
    with pytest.raises(SpecError) as caught:
        shapes({**MAMBA, "time_step_rank": "automatic"})

    assert "time_step_rank: expected a whole number from 1 to 2^40, not 'automatic'" in str(caught.value)
