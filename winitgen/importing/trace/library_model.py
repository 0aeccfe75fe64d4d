"""From a config.json to the tensors of the file that transformers would save for it."""

from __future__ import annotations

from typing import Any, NamedTuple

from winitgen.configs.config import Config, read_config
from winitgen.errors import SpecError
from winitgen.importing.found import FoundTensor
from winitgen.importing.trace.needed import first_line, need, quiet
from winitgen.spec.mistakes import show, suggest


class LibraryModel(NamedTuple):
    """What transformers would save: the class, its version, the number format, and each tensor."""

    name: str
    version: str
    dtype: str
    tensors: list[FoundTensor]
    notes: list[str]


def library_model(content: bytes, file: str) -> LibraryModel:
    """Build the model of a config without memory for its weights, and return what its file would hold.

    Raises `UnreadableError` for a file that cannot be read, and `SpecError` for a config that transformers does not
    know or cannot build, or whose tensors follow no law. Code that the config names is never run.
    """
    config = read_config(content, file)
    with quiet():
        return _model(config)


def _model(config: Config) -> LibraryModel:
    _, transformers = need("torch", "transformers")
    from winitgen.importing.trace.default_class import class_of

    settings = _settings(config, transformers)
    cls = class_of(config, transformers)
    recorder, model, tensors = _built(config, cls, settings)
    from winitgen.importing.trace.traced import TracedTensors

    traced = TracedTensors(recorder)
    found = traced.found(tensors, config.file)
    notes = traced.shared.notes()
    if config.fields.get("quantization_config") is not None:
        notes.append("the tensors are those before quantization: 'quantization_config' is left out")
    dtype = str(model.dtype).removeprefix("torch.")
    return LibraryModel(cls.__name__, transformers.__version__, dtype, found, notes)


def _settings(config: Config, transformers: Any) -> Any:
    """Return the config as transformers reads it."""
    model_type = config.fields.get("model_type")
    if not isinstance(model_type, str) or not model_type:
        what = f"not {show(model_type)}" if "model_type" in config.fields else "the config has none"
        raise SpecError([config.mistake("model_type", f"expected a model type such as 'llama'; {what}")])
    known = transformers.CONFIG_MAPPING
    if model_type not in known:
        raise SpecError([config.mistake("model_type", _unknown(model_type, config, list(known.keys())))])
    fields = {
        key: value for key, value in config.fields.items() if key not in {"quantization_config", "auto_map"}
    }
    try:
        return known[model_type].from_dict(fields)
    except (MemoryError, ImportError):  # what the system lacks is no mistake of the config
        raise
    except Exception as error:  # whatever the code of others raises
        raise SpecError(
            [config.mistake("", f"transformers refuses the config: {first_line(error)}")]
        ) from error


def _unknown(model_type: str, config: Config, known: list[str]) -> str:
    what = f"transformers has no model type {show(model_type)}"
    if "auto_map" in config.fields:
        return (
            f"{what}, and the code that 'auto_map' names is never run; "
            "trace a class from code that you have: winitgen import --trace PACKAGE.MODULE:CLASS"
        )
    return f"{what}{suggest(model_type, known) or '; a newer version may have it'}"


def _built(config: Config, cls: Any, settings: Any) -> tuple[Any, Any, dict[str, Any]]:
    """Return the recorder, the model and the tensors of its file."""
    import torch

    from winitgen.importing.trace.recorder import recording
    from winitgen.importing.trace.saving import saved

    try:
        with recording() as recorder, torch.no_grad():
            model = cls._from_config(settings)
        return recorder, model, saved(model, recorder)
    except (MemoryError, ImportError):  # as above
        raise
    except Exception as error:  # whatever the code of others raises
        message = f"transformers cannot build {cls.__name__}: {first_line(error)}"
        raise SpecError([config.mistake("", message)]) from error
