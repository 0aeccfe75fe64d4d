"""The smallest model of a config: every kind of tensor is left, and nothing grows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from winitgen.configs.config import read_config
from winitgen.configs.conversion import convert
from winitgen.configs.family import template
from winitgen.configs.shrink import small_fields
from winitgen.configs.values import Values

CONFIG: dict[str, Any] = {
    "model_type": "llama",
    "hidden_size": 512,
    "num_hidden_layers": 6,
    "num_attention_heads": 8,
    "num_key_value_heads": 1,
    "vocab_size": 5000,
    "pad_token_id": 4999,
    "bos_token_id": 3,
    "eos_token_id": [4000, 3],
    "layer_types": ["a", "a", "b", "a", "c", "b"],
}


def shrunk(config: dict[str, Any], **variables: Any) -> dict[str, Any]:
    """Return the fields of a config that was shrunk."""
    fields: dict[str, Any] = json.loads(
        convert(json.dumps(config).encode(), "config.json", variables, shrink=True).content
    )
    return fields


def test_numbers_shrink_and_what_the_config_does_not_say_stays_unsaid() -> None:
    """Sizes become those of the family; one head of keys and values stays one; others fields stay."""
    fields = shrunk(CONFIG)

    assert (32, 4, 1, 256) == tuple(
        fields[name] for name in ("hidden_size", "num_attention_heads", "num_key_value_heads", "vocab_size")
    )
    assert "head_dim" not in fields
    assert 48 == fields["intermediate_size"]


def test_nothing_grows_but_what_must_fit_together() -> None:
    """A smaller vocabulary stays; heads and the width that they divide are the family's, as these must fit."""
    fields = shrunk(
        {**CONFIG, "hidden_size": 24, "num_attention_heads": 3, "vocab_size": 100, "pad_token_id": 0}
    )

    assert (32, 4, 1, 100, 0) == tuple(
        fields[name]
        for name in (
            "hidden_size",
            "num_attention_heads",
            "num_key_value_heads",
            "vocab_size",
            "pad_token_id",
        )
    )


def test_heads_that_each_have_their_own_keys_keep_them() -> None:
    """As many heads of keys as of queries stay as many."""
    assert 4 == shrunk({**CONFIG, "num_key_value_heads": 8})["num_key_value_heads"]


def test_lists_keep_one_of_each_kind() -> None:
    """A list with an item for each layer is cut, and there are as many layers as it has kinds."""
    fields = shrunk(CONFIG)

    assert (3, ["a", "b", "c"]) == (fields["num_hidden_layers"], fields["layer_types"])


def test_tokens_stay_in_the_vocabulary() -> None:
    """Tokens that a smaller vocabulary does not have become its last ones, equal ones equal."""
    fields = shrunk(CONFIG)

    assert (3, [254, 3], 255) == (fields["bos_token_id"], fields["eos_token_id"], fields["pad_token_id"])


def test_what_the_call_says_comes_last() -> None:
    """A variable of the call replaces the small value."""
    assert 2 == shrunk(CONFIG, num_hidden_layers=2)["num_hidden_layers"]


def test_expressions_see_the_config_and_what_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small value may depend on those of the config, and on the small ones before it."""
    family = template("llama")
    small = {"num_attention_heads": 4, "hidden_size": "${8 * small.num_attention_heads + num_hidden_layers}"}
    changed = family.__class__(
        family.name,
        family.family.__class__(**{**as_dict(family.family), "small": small}),
        family.before,
        family.after,
        family.variables,
        family.file,
    )
    values = Values(read_config(json.dumps(CONFIG).encode(), "config.json"), changed)

    assert 38 == small_fields(values)["hidden_size"]


def as_dict(family: Any) -> dict[str, Any]:
    """Return the fields of a struct."""
    return {name: getattr(family, name) for name in family.__struct_fields__}


def test_half_of_a_character_in_a_field() -> None:
    """A config may hold one as an escape, and so does the config of the changed model."""
    content = json.dumps({**CONFIG, "_name_or_path": "\ud800é"}).encode()

    found = convert(content, "config.json", {}, shrink=True)

    assert '"_name_or_path": "\\ud800é"' in found.content.decode()


def test_a_byte_order_mark_is_left_out() -> None:
    """The library reads no config with one; else a config that nothing changes stays as it is."""
    content = json.dumps(CONFIG).encode()

    assert content == convert(b"\xef\xbb\xbf" + content, "config.json", {}).content
    assert content == convert(content, "config.json", {}).content
