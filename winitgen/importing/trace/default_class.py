"""Which class of transformers a config describes."""

from __future__ import annotations

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
    name = _stated(config) or _usual(config.fields["model_type"], transformers)
    found = getattr(transformers, name, None) if name else None
    if found is not None and hasattr(found, "_from_config"):
        return found
    if not _stated(config):
        message = f"transformers has no model of the type {show(config.fields['model_type'])} alone; state 'architectures'"
        raise SpecError([config.mistake("model_type", message)])
    classes = [entry for entry in dir(transformers) if entry.startswith(str(name)[:2])]
    hint = suggest(str(name), classes) or "; trace the class: winitgen import --trace PACKAGE.MODULE:CLASS"
    raise SpecError([config.mistake("architectures", f"transformers has no model class {show(name)}{hint}")])


def _stated(config: Config) -> str | None:
    given = config.fields.get("architectures") or None
    if given is None:
        return None
    if not isinstance(given, list) or not isinstance(given[0], str):
        raise SpecError(
            [config.mistake("architectures", "expected a list of classes, such as [LlamaForCausalLM]")]
        )
    return given[0]


def _usual(model_type: str, transformers: Any) -> str | None:
    """Return the name of the class that a model type is trained as."""
    template = template_of(model_type)
    if template is not None:
        return template.family.classes[0]
    auto = transformers.models.auto.modeling_auto
    names = [f"MODEL_FOR_{task}_MAPPING_NAMES" for task in TASKS]
    for name in (*names, "MODEL_MAPPING_NAMES"):
        found = getattr(auto, name, {}).get(model_type)
        if found:
            return found if isinstance(found, str) else found[0]
    return _beside(model_type, transformers)


def _beside(model_type: str, transformers: Any) -> str | None:
    """Return the class for a part of a larger model, which no task has: the plainest in the same module."""
    settings = transformers.CONFIG_MAPPING[model_type]
    module = import_module(settings.__module__.replace("configuration_", "modeling_"))
    names = [
        name
        for name, found in vars(module).items()
        if getattr(found, "config_class", None) is settings and hasattr(transformers, name)
    ]
    return min(names, key=len, default=None)
