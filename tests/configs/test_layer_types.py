"""Lists of which the default says nothing, ``layer_types`` above all, and configs that are nested very deep."""

from __future__ import annotations

import json
from typing import Any

import pytest

from winitgen.configs.layer_types import KINDS
from winitgen.errors import SpecError
from winitgen.load import import_config

ITEMS = "expected a list of text without '${' or of whole numbers"
SHOWN = ", ".join(KINDS)

REFUSED: dict[str, tuple[str, Any, str]] = {
    "one too few": ("qwen3", ["full_attention"], "it has 1 item, and num_hidden_layers is 2"),
    "one too many": ("gemma2", ["full_attention"] * 3, "it has 3 items, and num_hidden_layers is 2"),
    "a letter too many": (
        "lfm2",
        ["conv", "full_attentionn"],
        "unknown kind of layer 'full_attentionn'; did you mean 'full_attention'?",
    ),
    "another word": ("olmo2", ["zz", "conv"], f"unknown kind of layer 'zz'; the kinds are {SHOWN}"),
    "a number": ("qwen2", [7, 8], f"unknown kind of layer 7; the kinds are {SHOWN}"),
    "an expression": ("lfm2", ["${'con' + 'v'}", "conv"], f"{ITEMS}, not [\"${{'con' + 'v'}}\", conv]"),
    "a fraction": ("mistral", [0.5, 1.5], f"{ITEMS}, not [0.5, 1.5]"),
    "nested": ("exaone4", [["conv"], ["conv"]], f"{ITEMS}, not [['conv'], ['conv']]"),
    "mappings": ("smollm3", [{"a": 1}, {}], f"{ITEMS}, not [a mapping, a mapping]"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_kinds_that_the_library_refuses(case: str) -> None:
    """As many items as layers, and each a kind that transformers knows."""
    model_type, kinds, message = REFUSED[case]
    config = {"model_type": model_type, "num_hidden_layers": 2, "layer_types": kinds}
    with pytest.raises(SpecError) as caught:
        import_config(json.dumps(config).encode(), "c.json")

    if case == "an expression":
        message = f"{ITEMS}, not ['${{'con' + 'v'}}', 'conv']"
    assert f"layer_types: {message}" == str(caught.value).partition(": ")[2]


@pytest.mark.parametrize("kinds", [["mamba", "attention"], [], None])
def test_kinds_that_the_library_takes(kinds: Any) -> None:
    """Names of older configs too, and none at all."""
    config = {"model_type": "lfm2", "num_hidden_layers": 2, "layer_types": kinds}

    assert "model: lfm2" in import_config(json.dumps(config).encode(), "c.json").text


@pytest.mark.parametrize("items", [[0.5], [True, 3], ["${1}"], [-1], [[0]]])
def test_indices_of_layers(items: list[Any]) -> None:
    """Another list without a default: numbers of layers."""
    config = {"model_type": "qwen2_moe", "mlp_only_layers": items}
    if items == [True, 3]:
        config["mlp_only_layers"] = [0, 3]
        assert "[0, 3]" in import_config(json.dumps(config).encode(), "c.json").text
        return
    with pytest.raises(SpecError, match="mlp_only_layers: expected a list of text without"):
        import_config(json.dumps(config).encode(), "c.json")


DEEP = {
    "items of a list": '"layer_types": [{}]',
    "a token": '"my_token_id": {}',
    "a field that nothing knows": '"foo": {{"bar": {}}}',
}


@pytest.mark.parametrize("depth", [60, 700])
@pytest.mark.parametrize("field", DEEP.values(), ids=DEEP)
def test_nested_too_deep(field: str, depth: int) -> None:
    """Wherever it stands: one line."""
    text = f'{{"model_type": "qwen2", {field.format("[" * depth + "]" * depth)}}}'
    with pytest.raises(SpecError) as caught:
        import_config(text.encode(), "c.json", shrink=True)

    assert "c.json: not a config: its lists and mappings are nested too deep" == str(caught.value)


def test_the_kinds_are_those_of_the_library() -> None:
    """`KINDS` has what the installed transformers allows, and what it renames."""
    configuration = pytest.importorskip("transformers.configuration_utils")

    renamed = configuration._LEGACY_LAYER_TYPE_REMAP
    assert {*configuration.ALLOWED_ATTN_LAYER_TYPES, *renamed} == set(KINDS)
