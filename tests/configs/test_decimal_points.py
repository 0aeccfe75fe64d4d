"""Fractions of a config have a decimal point, without which the library refuses most of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from winitgen.configs.conversion import convert
from winitgen.errors import SpecError


def fields(config: dict[str, Any], variables: dict[str, Any], *, shrink: bool = False) -> dict[str, Any]:
    """Return the fields of a config in which a call replaced some."""
    content = json.dumps(config).encode()
    found: dict[str, Any] = json.loads(convert(content, "config.json", variables, shrink=shrink).content)
    return found


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"model_type": "llama", "initializer_range": 1},
            (
                "config.json:1:25: initializer_range: expected a number with a decimal point, "
                "which the library requires here, such as 1.0, not 1"
            ),
        ),
        (
            {"model_type": "clip", "vision_config": {"layer_norm_eps": 1}},
            (
                "config.json:1:42: vision_config.layer_norm_eps: expected a number with a decimal point, "
                "which the library requires here, such as 1.0, not 1"
            ),
        ),
    ],
)
def test_a_whole_number_is_refused_where_the_library_refuses_it(config: dict[str, Any], message: str) -> None:
    """The message says what to write instead."""
    with pytest.raises(SpecError) as caught:
        convert(json.dumps(config).encode(), "config.json")

    assert message == str(caught.value)


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "llama", "rope_theta": 10000},
        {"model_type": "granite", "logits_scaling": 8},
        {"model_type": "granitemoe", "embedding_multiplier": 12},
        {"model_type": "swin", "mlp_ratio": 4},
        {"model_type": "wavlm", "mask_time_prob": 0},
    ],
)
def test_a_whole_number_stays_where_the_library_takes_it(config: dict[str, Any]) -> None:
    """The config stays as it is, whether a file or a call gives the number."""
    content = json.dumps(config).encode()
    (name,) = set(config) - {"model_type"}

    assert content == convert(content, "config.json").content
    assert f'"{name}": {config[name]}' in json.dumps(
        fields({"model_type": config["model_type"]}, {name: config[name]})
    )


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [("t5", "initializer_factor", 2), ("llama", "rms_norm_eps", 1), ("mixtral", "initializer_range", 0)],
)
@pytest.mark.parametrize("shrink", [False, True])
def test_a_whole_number_of_a_call_gets_its_point(name: str, field: str, value: int, *, shrink: bool) -> None:
    """`--set FIELD=2` writes 2.0 for a field of fractions, into the config and the layer-spec."""
    config = {"model_type": name}
    found = fields(config, {field: value}, shrink=shrink)
    text = convert(json.dumps(config).encode(), "config.json", {field: value}, shrink=shrink).text

    assert f'"{field}": {value}.0' in json.dumps(found)
    assert text == convert(json.dumps(config).encode(), "c", {field: float(value)}, shrink=shrink).text


def test_a_family_of_the_users_takes_whole_numbers(tmp_path: Path) -> None:
    """What reads its configs is not known here, so nothing is refused and nothing is rewritten."""
    family = tmp_path / "own.yaml"
    family.write_text(
        "family: Own\nclasses: [OwnModel]\npaper: None.\n---\nmodel: own\nvars:\n  scale: 0.5\ninput: 4\n"
        'layers:\n  - {name: a, type: dense, units: 3, init: {scheme: normal, std: "${scale}"}}\n'
    )
    content = b'{"model_type": "own", "scale": 1}'

    assert content == convert(content, "config.json", family=str(family)).content
    assert b'"scale": 2\n' in convert(content, "config.json", {"scale": 2}, family=str(family)).content
