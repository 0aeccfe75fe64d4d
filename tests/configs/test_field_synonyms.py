"""A field by the name that another family has for it is told by its own name."""

from __future__ import annotations

import json

import pytest

from winitgen.configs.config import read_config
from winitgen.configs.family import names
from winitgen.configs.field_synonyms import SYNONYMS, hint
from winitgen.configs.matching import matching_template
from winitgen.errors import UsageError
from winitgen.load import import_config

SET = {
    ("gpt2", "num_layers"): "gpt2 has no field 'num_layers'; did you mean 'n_layer'?",
    ("llama", "num_layers"): "llama has no field 'num_layers'; did you mean 'num_hidden_layers'?",
    ("llama", "n_layer"): "llama has no field 'n_layer'; did you mean 'num_hidden_layers'?",
    ("llama", "d_model"): "llama has no field 'd_model'; did you mean 'hidden_size'?",
    ("t5", "n_embd"): "t5 has no field 'n_embd'; did you mean 'd_model'?",
    ("clip", "num_layers"): (
        "clip has no field 'num_layers'; did you mean 'text_num_hidden_layers' or 'vision_num_hidden_layers'?"
    ),
    ("whisper", "n_head"): "whisper has no field 'n_head'; did you mean 'encoder_attention_heads'?",
    ("llama", "hiden_size"): "llama has no field 'hiden_size'; did you mean 'hidden_size'?",
}


@pytest.mark.parametrize("call", SET, ids="-".join)
def test_a_name_of_another_family(call: tuple[str, str]) -> None:
    """The whole line."""
    family, name = call
    with pytest.raises(UsageError) as caught:
        import_config(json.dumps({"model_type": family}).encode(), "config.json", variables={name: 2})

    assert SET[call] == str(caught.value)


@pytest.mark.parametrize("family", names())
def test_layers_and_sizes_of_every_family(family: str) -> None:
    """Whatever a family calls them, another name for them leads to a field that it has."""
    template = matching_template(read_config(json.dumps({"model_type": family}).encode(), "config.json"))
    for group in (SYNONYMS[0], SYNONYMS[3]):
        for name in set(group) - {*template.known()}:
            meant = hint(name, template).removeprefix("; did you mean ").removesuffix("?").split(" or ")
            assert meant, name
            assert {one.strip("'") for one in meant} <= {*template.known()}, (name, meant)


def test_no_name_twice_in_a_group() -> None:
    """A group has each name once."""
    assert all(len(group) == len({*group}) for group in SYNONYMS)
