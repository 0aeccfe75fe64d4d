"""A head whose weight is the table of tokens keeps its bias: every family, with each bias that it can have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.families import checkpoints
from tests.families.library_classes import classes_of
from tests.families.tied import can_be_tied, multiply_adds_of_a_family
from winitgen.configs.config import read_config
from winitgen.configs.conversion import convert
from winitgen.configs.family import model_types, template
from winitgen.configs.values import Values

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", [name for name in sorted(model_types()) if can_be_tied(name)])
@pytest.mark.parametrize("tie", [True, False])
def test_a_tied_head_keeps_its_bias(
    name: str, tie: bool, transformers: Any, torch: Any, tmp_path: Path
) -> None:
    """With every switch of a bias on, each class has the tensors that the library saves."""
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for cls in classes_of(transformers, name):
        config = {"model_type": name, "architectures": [cls], "tie_word_embeddings": tie}
        small = convert(json.dumps(config | biases(name)).encode(), name, shrink=True).content
        folder = tmp_path / cls
        folder.mkdir()
        (folder / "ours.json").write_bytes(small)
        built = transformers.AutoConfig.for_model(**json.loads(small))
        getattr(transformers, cls)(built).save_pretrained(folder)
        theirs = checkpoints.kinds(checkpoints.read(folder / "model.safetensors"))

        assert checkpoints.planned_kinds(folder / "ours.json") == theirs, cls


def biases(name: str) -> dict[str, bool]:
    """Return the switches of a model type's biases, all on."""
    found = template(model_types()[name])
    values = Values(read_config(json.dumps({"model_type": name}).encode(), name), found)
    return {field: True for field in found.fields if "bias" in field and isinstance(values.all[field], bool)}


OF_ALL_TOKENS = {"imagegpt"}
"""Families whose own head has no output for the token that begins an image, while the table has its row."""


@pytest.mark.parametrize("name", [name for name in sorted({*model_types().values()}) if can_be_tied(name)])
def test_a_tied_head_computes_as_much_as_its_own(name: str) -> None:
    """No family's layer-spec drops its head when it is tied: a sample needs as many multiply-adds."""
    own, tied = (multiply_adds_of_a_family(name, tie=tie) for tie in (False, True))

    assert (own == tied) != (name in OF_ALL_TOKENS)
