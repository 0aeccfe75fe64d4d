"""Fields that are lists, or text with | between the items, as DeBERTa's ``pos_att_type``."""

from __future__ import annotations

import json
from typing import Any

import pytest

import winitgen
from winitgen.errors import SpecError
from winitgen.load import import_config, parse_spec

DEBERTA = {
    "model_type": "deberta-v2",
    "vocab_size": 100,
    "hidden_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 4,
    "relative_attention": True,
}


def projections(kinds: Any) -> set[str]:
    """Return the projections of relative positions that a config with these kinds of them has."""
    text = import_config(json.dumps({**DEBERTA, "pos_att_type": kinds}).encode(), "config.json").text
    parameters = winitgen.plan(parse_spec(text.encode(), "model.yaml")).parameters
    return {name for name in ("pos_key_proj", "pos_query_proj") if any(name in p.id for p in parameters)}


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        ("p2c|c2p", {"pos_key_proj", "pos_query_proj"}),
        (["c2p", "p2c"], {"pos_key_proj", "pos_query_proj"}),
        (" C2P ", {"pos_key_proj"}),
        (["p2c"], {"pos_query_proj"}),
        ([], set()),
        (None, set()),
    ],
)
def test_text_is_a_list(kinds: Any, found: set[str]) -> None:
    """Text is split at |, without spaces and in small letters, as the library splits it; a list is as it is."""
    assert projections(kinds) == found


def test_anything_else_is_refused() -> None:
    """A number is neither."""
    with pytest.raises(SpecError) as caught:
        projections(3)

    assert str(caught.value) == "config.json:1:146: pos_att_type: expected a list, not 3"
