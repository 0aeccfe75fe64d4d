"""Fields of a config that no library writes: told with their place, in little time and memory."""

from __future__ import annotations

import json
import re
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from winitgen.errors import SpecError
from winitgen.load import import_config


def mistakes(fields: dict[str, Any], **variables: Any) -> str:
    """Return what is said about a config."""
    with pytest.raises(SpecError) as caught:
        import_config(json.dumps(fields).encode(), "config.json", variables=variables)
    return str(caught.value)


@pytest.mark.parametrize(
    ("types", "why"),
    [
        ([], "'attention_types' has no items; there is no item 0"),
        ([[]], "'attention_types[0]' has no items; there is no item 0"),
        ([[["global"]]], "'attention_types[0]' has one item, 0; there is no item 1"),
    ],
)
def test_values_that_a_check_cannot_compare(types: list[Any], why: str) -> None:
    """The field of the check is named, with what cannot be evaluated."""
    found = mistakes({"model_type": "gpt_neo", "attention_types": types})

    assert f"config.json:1:27: attention_types: its values do not belong together: {why}" == found


@pytest.mark.parametrize(
    ("model_type", "field"),
    [
        ("wavlm", "feat_extract_norm"),
        ("hubert", "feat_extract_norm"),
        ("mamba", "time_step_init_scheme"),
        ("deberta-v2", "norm_rel_ebd"),
    ],
)
def test_text_that_would_be_evaluated(model_type: str, field: str) -> None:
    """A text of a config is no expression of the layer-spec's."""
    found = mistakes({"model_type": model_type, field: "${x}"})

    assert f"{field}: expected " in found
    assert "text without '${', not " in found


@pytest.mark.parametrize("section", [True, "abc", [1], 5])
def test_a_call_sets_a_field_of_a_section_that_is_none(section: Any) -> None:
    """The section is told, as without the call."""
    shown = {True: "true", "abc": "'abc'", 5: "5"}.get(section if not isinstance(section, list) else 0, "[1]")
    found = mistakes({"model_type": "clip", "text_config": section}, text_hidden_size=64)

    assert f"config.json:1:24: text_config: expected an object with fields, not {shown}" == found


def test_a_list_for_each_layer_is_not_made_for_too_many_layers() -> None:
    """That the layers are too many is told before a list of a billion items is made."""
    fields = {"model_type": "llama", "num_hidden_layers": 2, "layer_kinds": [1, 2]}
    tracemalloc.start()
    found = mistakes(fields, num_hidden_layers=1 << 40)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert "config.json:1:25: num_hidden_layers: more than 50000 layers, with repeats expanded" == found
    assert peak < 100 << 20


FAMILIES = Path(__file__).parents[2] / "winitgen" / "families"
EPSILONS = [
    (family.stem, field)
    for family in sorted(FAMILIES.glob("*.yaml"))
    for field in re.findall(r"^  (\w*eps\w*):", family.read_text(), re.MULTILINE)
]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1e-5", "of at least 0, not '1e-5'"),
        (-1, "of at least 0, not -1"),
        ([], "of at least 0, not []"),
        (float("nan"), "of at least 0, not nan"),
        (0.0, "above 0, at most 1, not 0"),
        (5.0, "above 0, at most 1, not 5"),
    ],
)
def test_a_bad_epsilon_is_one_mistake(value: Any, expected: str) -> None:
    """In every family: its layers are left out, and nothing is said of those that name them, nor of inputs that they take."""
    assert len(EPSILONS) > 90
    for family, field in EPSILONS:
        found = mistakes({"model_type": family.replace("_own", ""), field: value})
        place = len(f'{{"model_type": "{family}", ') + 1

        assert f"config.json:1:{place}: {field}: expected a number {expected}" == found
