"""``--set`` on a config: every spelling of a field is replaced, in sections too, and what depends on layers fits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from winitgen.configs.conversion import convert
from winitgen.errors import UsageError


def replaced(config: dict[str, Any], **variables: Any) -> dict[str, Any]:
    """Return the fields of a config after values of it were replaced."""
    fields: dict[str, Any] = json.loads(
        convert(json.dumps(config).encode(), "config.json", variables).content
    )
    return fields


def test_every_spelling_is_replaced() -> None:
    """A config that gives one number under two names has the new one under both."""
    config = {"model_type": "bart", "encoder_layers": 12, "num_hidden_layers": 12}

    assert {**config, "encoder_layers": 2, "num_hidden_layers": 2} == replaced(config, encoder_layers=2)
    assert {**config, "encoder_layers": 2, "num_hidden_layers": 2} == replaced(config, num_hidden_layers=2)


def test_the_spelling_of_the_config_is_kept() -> None:
    """A field that a config spells in another way is replaced there; one that it lacks has the name of the call."""
    assert {"model_type": "gpt2", "hidden_size": 60} == replaced(
        {"model_type": "gpt2", "hidden_size": 96}, n_embd=60
    )
    assert {"model_type": "gpt2", "n_embd": 60} == replaced({"model_type": "gpt2"}, n_embd=60)


@pytest.mark.parametrize("section", [None, {}, {"hidden_size": 96}])
def test_a_field_of_a_section(section: dict[str, Any] | None) -> None:
    """It is replaced in its section, which is made if the config has none."""
    fields = replaced({"model_type": "clip", "text_config": section}, text_hidden_size=64)

    assert {"hidden_size": 64} == fields["text_config"]


@pytest.mark.parametrize(
    ("layers", "types"),
    [(2, ["a", "b"]), (1, ["a"]), (4, ["a", "b", "a", "a"]), (5, ["a", "b", "a", "a", "b"])],
)
def test_lists_of_layers_fit_the_number_of_layers(layers: int, types: list[str]) -> None:
    """A list with an item for each layer is cut, with one of each kind if there is room, or goes on from its start."""
    config = {"model_type": "llama", "num_hidden_layers": 3, "layer_types": ["a", "b", "a"], "other": [1, 2]}
    fields = replaced(config, num_hidden_layers=layers)

    assert (layers, types, [1, 2]) == (fields["num_hidden_layers"], fields["layer_types"], fields["other"])


def test_what_no_field_is() -> None:
    """The class and the rule of the paper are no fields that a call replaces."""
    for name in ("architecture", "paper"):
        with pytest.raises(UsageError, match=f"^gpt_neox has no field '{name}'$"):
            replaced({"model_type": "gpt_neox"}, **{name: True})


@pytest.mark.parametrize(
    ("name", "field", "message"),
    [
        (
            "llama",
            "architectures",
            "the class is that of 'architectures' in the config; change it there",
        ),
        ("llama", "model_type", "the family is that of 'model_type' in the config; change it there"),
        ("llama", "dtype", "the number format is no field to replace; give it as dtype (--dtype)"),
        ("llama", "torch_dtype", "the number format is no field to replace; give it as dtype (--dtype)"),
        (
            "llama",
            "use_cache",
            "no tensor of llama depends on the field 'use_cache'; change it in the config",
        ),
        (
            "t5",
            "dropout_rate",
            "no tensor of t5 depends on the field 'dropout_rate'; change it in the config",
        ),
        (
            "bert",
            "position_embedding_type",
            "bert is only known with 'absolute' in the field 'position_embedding_type'",
        ),
        ("llama", "hiden_size", "llama has no field 'hiden_size'; did you mean 'hidden_size'?"),
    ],
)
def test_fields_that_a_call_does_not_replace(name: str, field: str, message: str) -> None:
    """A field that the config may have is not called unknown: the message says where it is chosen."""
    with pytest.raises(UsageError) as caught:
        replaced({"model_type": name}, **{field: "x"})

    assert message == str(caught.value)


def test_a_number_format_that_the_library_does_not_read() -> None:
    """A note tells of float8, which PyTorch has no new tensors of by default; the others have none."""
    for dtype in ("float8_e4m3fn", "float8_e5m2"):
        note = f"c.json: transformers reads no checkpoint whose config.json has the dtype {dtype}"

        assert [note] == convert(b'{"model_type": "llama"}', "c.json", dtype=dtype).notes
    for dtype in ("bfloat16", "float16", "float64", "float32"):
        assert [] == convert(b'{"model_type": "llama"}', "c.json", dtype=dtype).notes


def test_one_field_by_two_names() -> None:
    """A field that a call gives under two names is refused, whichever of them the config has."""
    for config in ({"n_embd": 24}, {"hidden_size": 24}):
        with pytest.raises(UsageError) as caught:
            replaced({"model_type": "gpt2", **config}, hidden_size=36, n_embd=48)

        assert str(caught.value) == "hidden_size and n_embd are the same field of gpt2; give one of them"


@pytest.mark.parametrize("field", ["dtype", "torch_dtype"])
def test_number_formats_are_written_as_transformers_reads_them(field: str) -> None:
    """A name with PyTorch's prefix, or ``auto``, is refused by transformers, in sections too; other texts stay as they are."""
    config = {
        "model_type": "gpt2",
        field: "torch.float16",
        "text_config": {field: "auto", "size": "torch.float16"},
    }
    plain = {"model_type": "gpt2", field: "float16", "text_config": {field: None, "size": "torch.float16"}}

    assert plain == replaced(config)
    assert "\ndtype: float16\n" in convert(json.dumps(config).encode(), "config.json").text
    assert json.dumps(plain).encode() == convert(json.dumps(plain).encode(), "config.json").content
