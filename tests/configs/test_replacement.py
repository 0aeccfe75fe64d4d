"""Fields that the library works out from others go where those are replaced: else the two contradict each other."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.families.checkpoints import planned_kinds
from winitgen.configs.conversion import convert
from winitgen.configs.family import names, template
from winitgen.errors import SpecError

SWIN: dict[str, Any] = {
    "model_type": "swin",
    "depths": [2, 2, 6, 2],
    "hidden_size": 768,
    "num_layers": 4,
    "out_features": ["stage4"],
    "out_indices": [4],
    "stage_names": ["stem", "stage1", "stage2", "stage3", "stage4"],
}
WAV2VEC2: dict[str, Any] = {
    "model_type": "wav2vec2",
    "conv_dim": [512] * 7,
    "conv_kernel": [10, 3, 3, 3, 3, 2, 2],
    "conv_stride": [5, 2, 2, 2, 2, 2, 2],
    "num_feat_extract_layers": 7,
}
DINOV2: dict[str, Any] = {
    "model_type": "dinov2",
    "num_hidden_layers": 12,
    "out_features": ["stage12"],
    "out_indices": [12],
}


def fields(config: dict[str, Any], *, shrink: bool = False, **variables: Any) -> set[str]:
    """Return the names of the fields of a config after the values of a call."""
    return set(json.loads(convert(json.dumps(config).encode(), "c.json", variables, shrink=shrink).content))


@pytest.mark.parametrize("config", [SWIN, WAV2VEC2, DINOV2], ids=lambda config: str(config["model_type"]))
def test_derived_fields_go_when_the_model_shrinks(config: dict[str, Any]) -> None:
    """None is left of those that the config of the smaller model would contradict."""
    derived = set(template(config["model_type"]).family.derived)

    assert derived & set(config)
    assert not derived & fields(config, shrink=True)


def test_they_go_with_a_value_of_the_call_and_stay_without() -> None:
    """Another number of layers takes them out; another field, or the same number, leaves them."""
    assert {"model_type", "num_hidden_layers"} == fields(DINOV2, num_hidden_layers=4)
    assert {*DINOV2, "patch_size"} == fields(DINOV2, patch_size=7)
    assert set(DINOV2) == fields(DINOV2, num_hidden_layers=12)


@pytest.mark.parametrize("name", names())
def test_derived_fields_are_known(name: str) -> None:
    """Each is a field of the family, by any of its names, or one that it passes over, and depends on fields that there are."""
    found = template(name)

    assert set(found.family.derived) <= {*found.known(), *found.family.ignored}
    assert {source for sources in found.family.derived.values() for source in sources} <= set(found.fields)


@pytest.mark.parametrize(
    ("variables", "inner"), [({}, 96), ({"hidden_size": 20}, 40), ({"intermediate_size": 70}, 70)]
)
def test_the_inner_width_of_mamba_is_the_configs(
    variables: dict[str, Any], inner: int, tmp_path: Path
) -> None:
    """As in the library, which works it out, 2 x 20, only if the config does not say it."""
    config = {"model_type": "mamba", "hidden_size": 32, "intermediate_size": 96, "num_hidden_layers": 1}
    content = convert(json.dumps(config).encode(), "c.json", variables).content
    (tmp_path / "config.json").write_bytes(content)

    planned = planned_kinds(tmp_path / "config.json")
    assert (inner, 16) == planned["backbone.layers.0.mixer.A_log"][1]


def test_indices_of_layers_are_no_list_with_an_item_for_each() -> None:
    """The library's own default config of lfm2 has as many of them as layers."""
    config = {
        "model_type": "lfm2",
        "num_hidden_layers": 4,
        "layer_types": ["full_attention"] * 4,
        "full_attn_idxs": [0, 1, 2, 3],
    }

    assert "full_attn_idxs" not in fields(config, shrink=True)


VIT: dict[str, Any] = {
    "model_type": "vit",
    "architectures": ["ViTForImageClassification"],
    "id2label": {"0": "a", "1": "b", "2": "c"},
    "label2id": {"a": 0, "b": 1, "c": 2},
}


@pytest.mark.parametrize("count", [1, 2, 5])
def test_names_of_classes_go_with_another_number(count: int, tmp_path: Path) -> None:
    """The head has as many outputs as are asked for, also where the config states the old number too."""
    for config in (VIT, VIT | {"num_labels": 3}, VIT | {"num_labels": 9}):
        content = convert(json.dumps(config).encode(), "c.json", {"num_labels": count}).content
        (tmp_path / "config.json").write_bytes(content)

        assert not {"id2label", "label2id"} & json.loads(content).keys()
        assert planned_kinds(tmp_path / "config.json")["classifier.weight"][1] == (count, 768)


def test_names_of_classes_stay_with_their_number() -> None:
    """They do whatever number the config stated, if no number is given, and without classes where none are counted."""
    for config in (VIT, VIT | {"num_labels": 3}, VIT | {"num_labels": 9}):
        assert {*VIT, "num_labels"} == fields(config, num_labels=3)
    assert set(VIT) == fields(VIT)
    assert {*VIT, "hidden_size"} == fields(VIT, hidden_size=96)
    assert {*VIT, "num_labels"} == fields(VIT, num_labels=None)


@pytest.mark.parametrize("names", [None, [], {}])
def test_names_of_no_classes_go(names: Any) -> None:
    """Neither is left where the names are null or are none: the library would write others, or read no such config."""
    assert {"model_type", "architectures", "num_labels"} == fields(VIT | {"id2label": names}, num_labels=2)


def test_a_config_that_contradicts_itself() -> None:
    """Without a number of the call nobody knows which of its own a config means."""
    message = "c.json:1:99: id2label: 3 contradicts num_labels, which is 9; leave out one of them"
    with pytest.raises(SpecError) as caught:
        fields(dict(sorted((VIT | {"num_labels": 9}).items())))

    assert re.sub(r"\d+: id2label", "99: id2label", str(caught.value)) == message


@pytest.mark.parametrize("count", [0, -1, 2.5, "two"])
def test_what_is_no_number_of_classes(count: Any) -> None:
    """It is told as the value that it is, and not of the names."""
    with pytest.raises(SpecError) as caught:
        fields(VIT, num_labels=count)

    assert f"c.json: num_labels: expected a whole number from 1 to 2^40, not {count!r}" == str(caught.value)
