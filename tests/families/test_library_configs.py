"""What the library's configs take for a value, and winitgen no more and no less: fractions, lists of two sizes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.families import checkpoints
from tests.families.library_classes import classes_of
from winitgen.configs.config import read_config
from winitgen.configs.conversion import convert
from winitgen.configs.family import model_types, template
from winitgen.configs.values import Values
from winitgen.errors import SpecError

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def quiet(transformers: Any) -> None:
    """Keep the library from writing notes into the output of the tests."""
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()


def field_of(name: str, variable: str) -> tuple[str, ...]:
    """Return where a config of a model type has a variable: a field, or one of a section."""
    for section, prefix in template(model_types()[name]).family.sections.items():
        if prefix and variable.startswith(prefix):
            return section, variable.removeprefix(prefix)
    return (variable,)


def config_with(name: str, field: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return a config of one field."""
    for key in reversed(field):
        value = {key: value}
    return {"model_type": name, **value}


def library_takes(transformers: Any, name: str, config: dict[str, Any]) -> bool:
    """Return whether the library reads a config: of all errors, that of its own check is told apart."""
    from huggingface_hub.errors import StrictDataclassFieldValidationError

    try:
        transformers.CONFIG_MAPPING[name].from_dict(config)
    except StrictDataclassFieldValidationError:
        return False
    return True


def ours_takes(config: dict[str, Any]) -> bool:
    """Return whether winitgen refuses nothing of a config for want of a decimal point."""
    try:
        convert(json.dumps(config).encode(), "config.json")
    except SpecError as error:
        return "decimal point" not in str(error)
    return True


@pytest.mark.parametrize("name", sorted(model_types()))
def test_fractions_without_a_point_are_refused_where_the_library_does(name: str, transformers: Any) -> None:
    """Of each field of fractions, 1 is taken by both or by neither; what a call gives, the library takes."""
    found = template(model_types()[name])
    values = Values(read_config(json.dumps({"model_type": name}).encode(), name), found)
    fractions = [field for field in found.fields if isinstance(values.all[field], float)]
    configs = {field: config_with(name, field_of(name, field), 1) for field in fractions}
    whole = {field: config for field, config in configs.items() if ours_takes(config)}

    assert whole == {
        field: config for field, config in configs.items() if library_takes(transformers, name, config)
    }


PAIRED = [name for name in sorted(model_types()) if template(model_types()[name]).family.pairs]
SIZES: list[dict[str, Any]] = [
    {"image_size": [32, 48]},
    {"image_size": [64, 64]},
    {"image_size": [130, 290], "patch_size": [4, 6]},
    {"image_size": [64, 64], "patch_size": [8, 4]},
    {"image_size": [64, 64], "patch_size": [4, 4]},
]
SWITCHES = (
    "use_relative_position_bias",
    "use_absolute_position_embeddings",
    "use_absolute_embeddings",
    "use_mid_position_embeddings",
)


@pytest.mark.parametrize("name", PAIRED)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("switch", [True, False])
def test_rectangles_are_the_librarys(
    name: str, sizes: dict[str, Any], transformers: Any, torch: Any, tmp_path: Path, *, switch: bool
) -> None:
    """Each class has the tensors that the library saves, or both refuse the config."""
    found = template(model_types()[name])
    switches = {field: switch for field in SWITCHES if field in found.fields}
    for cls in classes_of(transformers, name):
        config = {"model_type": name, "architectures": [cls], **switches}
        small = json.loads(convert(json.dumps(config).encode(), name, shrink=True).content)
        text = json.dumps(small | {key: size for key, size in sizes.items() if key in found.fields})
        (tmp_path / "ours.json").write_text(text)
        try:
            model = getattr(transformers, cls)(transformers.AutoConfig.for_model(**json.loads(text)))
        except (TypeError, RuntimeError):  # a list where the library computes with a number
            with pytest.raises(SpecError):
                convert(text.encode(), name)
            continue
        model.save_pretrained(tmp_path)
        theirs = checkpoints.kinds(checkpoints.read(tmp_path / "model.safetensors"))

        assert checkpoints.planned_kinds(tmp_path / "ours.json") == theirs, cls


@pytest.mark.parametrize(
    "name", [name for name, file in sorted(model_types().items()) if "num_labels" in template(file).fields]
)
def test_another_number_of_classes_is_taken_as_the_library_does(name: str, transformers: Any) -> None:
    """The config that is written has the classes of the library's, whose names are new ones if their number is."""
    mapping = transformers.CONFIG_MAPPING[name]
    labels = {"id2label": {0: "a", 1: "b", 2: "c"}, "label2id": {"a": 0, "b": 1, "c": 2}}
    for given in ({}, {"num_labels": 3}, labels):
        saved = json.dumps(mapping(**given).to_diff_dict()).encode()
        for count in (1, 2, 3, 5):
            written = json.loads(convert(saved, "config.json", {"num_labels": count}).content)
            ours = mapping.from_dict(written)
            theirs = mapping.from_dict(json.loads(saved), num_labels=count)

            assert (ours.id2label, ours.label2id) == (theirs.id2label, theirs.label2id)
            assert ours.num_labels == count
