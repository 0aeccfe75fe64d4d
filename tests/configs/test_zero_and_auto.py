"""Fields that may be 0 although their default is not, and values that stand for the default, such as 'auto'."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import winitgen
from winitgen.errors import SpecError
from winitgen.load import import_config, parse_spec

DEEPSEEK = {"model_type": "deepseek_v3", "num_hidden_layers": 2, "n_routed_experts": 8}
SMALL = {
    "vocab_size": 100,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 1,
    "num_attention_heads": 4,
}
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


@pytest.mark.parametrize(("model_type", "windowed"), [("qwen2", 2), ("qwen3", 2), ("qwen2_moe", 0)])
def test_no_layer_is_before_the_windows(model_type: str, windowed: int) -> None:
    """With 0 for the layers of full attention, Qwen has a window in all of them; in its mixtures in none."""
    fields = {**SMALL, "num_hidden_layers": 2, "num_key_value_heads": 2, "sliding_window": 7}
    found = import_config(
        json.dumps(
            {"model_type": model_type, **fields, "use_sliding_window": True, "max_window_layers": 0}
        ).encode(),
        "config.json",
    )
    plan = winitgen.plan(parse_spec(found.text.encode(), "model.yaml"))

    assert windowed == sum(getattr(row.layer, "window", None) == 7 for row in plan.layers)


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


def zero_kernels(fields: dict[str, Any], tmp_path: Path) -> dict[str, bool]:
    """Return which kernels and tables of a config with an ``initializer_range`` of 0 are nothing but zeros."""
    config = tmp_path / "config.json"
    config.write_text(json.dumps({**SMALL, **fields, "initializer_range": 0.0}))
    drawn = winitgen.generate(config)
    return {
        name: not values.any() for name, values in drawn.items() if "norm" not in name and values.ndim > 1
    }


def test_the_general_rule_draws_with_another_deviation_than_0(tmp_path: Path) -> None:
    """The library's general rule draws with 0.02 where ``initializer_range`` is 0, as `or 0.02` has it there."""
    found = zero_kernels({"model_type": "llama"}, tmp_path)
    table = winitgen.generate(tmp_path / "config.json")["model.embed_tokens.weight"]

    assert len(found) == 9
    assert not any(found.values())
    assert float(table.std()) == pytest.approx(0.02, rel=4 / math.sqrt(2 * table.size))


@pytest.mark.parametrize(
    ("fields", "zeros"),
    [
        (
            {"model_type": "mixtral", "num_local_experts": 2, "num_key_value_heads": 2},
            {
                f"model.layers.0.block_sparse_moe.{name}.weight"
                for name in ("gate", *(f"experts.{e}.w{i}" for e in (0, 1) for i in (1, 2, 3)))
            },
        ),
        (
            {"model_type": "gpt2", "n_positions": 20},
            {
                f"transformer.h.0.{name}.weight"
                for name in ("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj")
            },
        ),
    ],
    ids=["mixtral", "gpt2"],
)
def test_what_a_family_draws_by_a_rule_of_its_own_is_0(
    fields: dict[str, Any], zeros: set[str], tmp_path: Path
) -> None:
    """Routers and experts of Mixtral and the kernels of GPT-2's blocks have rules of their own, with the 0 itself."""
    assert {name for name, zero in zero_kernels(fields, tmp_path).items() if zero} == zeros
