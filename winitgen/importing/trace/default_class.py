"""Which class of transformers a config describes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from winitgen.configs.config import Config
from winitgen.configs.family import template_of
from winitgen.errors import SpecError
from winitgen.spec.mistakes import show, suggest

TASKS = (
    "SEQ_TO_SEQ_CAUSAL_LM",
    "SPEECH_SEQ_2_SEQ",
    "MASKED_LM",
    "CAUSAL_LM",
    "IMAGE_TEXT_TO_TEXT",
    "MULTIMODAL_LM",
    "CTC",
    "PRETRAINING",
    "IMAGE_CLASSIFICATION",
    "OBJECT_DETECTION",
    "ZERO_SHOT_OBJECT_DETECTION",
    "UNIVERSAL_SEGMENTATION",
    "INSTANCE_SEGMENTATION",
    "SEMANTIC_SEGMENTATION",
    "MASK_GENERATION",
    "DEPTH_ESTIMATION",
    "VIDEO_CLASSIFICATION",
    "ZERO_SHOT_IMAGE_CLASSIFICATION",
    "AUDIO_CLASSIFICATION",
    "TEXT_TO_SPECTROGRAM",
    "TEXT_TO_WAVEFORM",
    "TIME_SERIES_PREDICTION",
    "SEQUENCE_CLASSIFICATION",
)
"""Tasks in the order in which a class for one is what a person would train; else the model without a head."""


def class_of(config: Config, transformers: Any) -> Any:
    """Return the class of a config: the first of its ``architectures``, or else the one that its type is trained as.

    Raises `SpecError` for a class that transformers does not have, and for a model type without one.
    """
    name, model_type = _stated(config), config.fields["model_type"]
    if name is None:
        usual = _usual(model_type, transformers)
        if usual is not None:
            return usual
        message = f"transformers has no model of the type {show(model_type)} alone; state 'architectures'"
        raise SpecError([config.mistake("model_type", message)])
    found = getattr(transformers, name, None)
    if found is not None and hasattr(found, "_from_config"):
        return found
    classes = [entry for entry in dir(transformers) if entry.startswith(name[:2])]
    hint = suggest(name, classes) or "; trace the class: winitgen import --trace PACKAGE.MODULE:CLASS"
    raise SpecError([config.mistake("architectures", f"transformers has no model class {show(name)}{hint}")])


def _stated(config: Config) -> str | None:
    """Return the first of a config's architectures, or None."""
    given = config.fields.get("architectures") or None
    if given is None:
        return None
    if not isinstance(given, list) or not isinstance(given[0], str):
        message = 'expected a list with a class, such as ["LlamaForCausalLM"]'
        raise SpecError([config.mistake("architectures", f"{message}, not {show(given)}")])
    return given[0]


def _usual(model_type: str, transformers: Any) -> Any:
    """Return the class that a model type is trained as, one for configs of just this type; None if there is none."""
    settings = transformers.CONFIG_MAPPING[model_type]
    names = (_first(name) for name in _names(model_type, transformers))
    found = (getattr(transformers, name, None) for name in names if name)
    own = (cls for cls in found if getattr(cls, "config_class", None) is settings)
    return next(own, None) or _beside(settings)


def _names(model_type: str, transformers: Any) -> Iterator[Any]:
    """Yield the names of classes for a model type, the usual task first."""
    template = template_of(model_type)
    if template is not None:
        yield template.family.classes
    auto = transformers.models.auto.modeling_auto
    for task in TASKS:
        yield getattr(auto, f"MODEL_FOR_{task}_MAPPING_NAMES", {}).get(model_type)
    yield auto.MODEL_MAPPING_NAMES.get(model_type)


def _first(names: Any) -> str | None:
    """Return one name, or the first of several."""
    return names if isinstance(names, str) or not names else names[0]


def _beside(settings: Any) -> Any:
    """Return the class for a part of a larger model, which no task has: the plainest in the same module."""
    try:
        module = import_module(settings.__module__.replace("configuration_", "modeling_"))
    except ModuleNotFoundError:
        return None
    classes = [
        found
        for found in vars(module).values()
        if isinstance(found, type)
        and getattr(found, "config_class", None) is settings
        and not found.__name__.endswith("PreTrainedModel")
        and hasattr(found, "_from_config")
    ]
    return min(classes, key=lambda found: len(found.__name__), default=None)
