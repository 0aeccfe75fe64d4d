"""What is wrong with a config is told in the config's own words: at a field that it may have, and not at an option of its layer-spec."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from winitgen import load
from winitgen.catalog.layers import LAYERS
from winitgen.configs.config import read_config
from winitgen.configs.conversion import convert
from winitgen.configs.family import names
from winitgen.configs.matching import matching_template
from winitgen.errors import Mistake, SpecError

WRONG: tuple[Any, ...] = (0, 1, 7, -1, 129, 2**20, 2**39, 1e-300, 0.5, "x", [1, 2], {}, True, None)
"""A value of each kind, and numbers that do not divide others or that no tensor can have."""

FAMILIES = names()

OWN_WORDS = ("count", "padding_index", "kv_heads", "rotary:", "must be below offset")
"""Words of layers that no config has."""


def mistakes(config: dict[str, Any], indent: int | None = 1) -> list[Mistake]:
    """Return what is wrong with a config, also if only planning finds it."""
    try:
        conversion = convert(json.dumps(config, indent=indent).encode(), "config.json")
        load.plan_of(load.draft_of(conversion))
    except SpecError as error:
        return list(error.mistakes)
    return []


def wrong_configs(family: str) -> Iterator[dict[str, Any]]:
    """Yield the smallest config of a family with each wrong value in each of its fields."""
    content = convert(json.dumps({"model_type": family}).encode(), "config.json", shrink=True).content
    small = json.loads(content)
    for field in matching_template(read_config(content, "config.json")).fields:
        for value in WRONG:
            yield {**small, field: value}


def fields_of(config: dict[str, Any]) -> set[str]:
    """Return the names that a config may have, and those of the sections in it."""
    template = matching_template(read_config(json.dumps(config).encode(), "config.json"))
    inner = {f"{name}.{key}" for name, held in config.items() if isinstance(held, dict) for key in held}
    return {*template.fields, *template.family.aliases, *config, *inner}


def odd_words(found: Mistake) -> list[str]:
    """Return the words in a message that belong to a layer-spec."""
    return [word for word in OWN_WORDS if re.search(rf"(?<![A-Za-z_]){word}", found.message)]


def check(family: str) -> int:
    """Look at each refusal of a family; return their number."""
    count = 0
    for config in wrong_configs(family):
        found = mistakes(config)
        count += len(found)
        for one in found:
            assert one.path in fields_of(config), str(one)
            assert not odd_words(one), str(one)
            assert one.line or one.path not in config, str(one)
    return count


@pytest.mark.parametrize("family", FAMILIES[::13])
def test_every_place_is_in_the_config(family: str) -> None:
    """Some hundred refusals of each family."""
    assert check(family) > 20


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES[5::6])
def test_every_place_of_more_families(family: str) -> None:
    """As above; together a quarter of all families, as each takes seconds."""
    assert check(family) > 20


LINES = {
    '{"model_type": "albert", "vocab_size": 256, "pad_token_id": 300}': "config.json:1:45: pad_token_id: 300 must be "
    "below vocab_size, 256",
    '{"model_type": "llama", "hidden_size": 36, "num_attention_heads": 4}': "config.json:1:25: hidden_size: rotary "
    "positions turn pairs of features; make hidden_size // num_attention_heads even",
    '{"model_type": "llama", "head_dim": 9}': "config.json:1:25: head_dim: rotary positions turn pairs of features; make "
    "head_dim even",
    '{"model_type": "vivit", "image_size": 1073741824}': "config.json:1:25: image_size: expected a list of at most 8 "
    "whole numbers of at least 1, not [768, 72057594037927936]",
    '{"model_type": "convnext", "image_size": 7}': "config.json:1:28: image_size: the window spans 2 positions, but axis 1 "
    "of (96, 1, 1) has 1",
    '{"model_type": "gpt_oss", "initializer_range": 1e-300}': "config.json:1:27: initializer_range: "
    "model.embed_tokens/embeddings: a spread of 1e-300 is outside the range 1e-25 to 1e+30 in which float32 is drawn",
}


@pytest.mark.parametrize("text", LINES)
def test_lines(text: str) -> None:
    """The first line that is said, word for word."""
    assert LINES[text] == str(mistakes(json.loads(text), indent=None)[0])


def test_the_words_are_of_layers() -> None:
    """The words that are looked for are options: a renamed one must be renamed here."""
    options = {option for kind in LAYERS.values() for option in kind.__struct_fields__}

    assert {"count", "padding_index", "kv_heads", "rotary"} <= options
