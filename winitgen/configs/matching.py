"""Which family a config is of, and why it may be of none."""

from __future__ import annotations

import os

from winitgen.configs.config import Config
from winitgen.configs.family import Template, model_types, read_template, template_of
from winitgen.errors import SpecError, UnreadableError, install
from winitgen.spec.mistakes import show, suggest
from winitgen.spec.yaml import MOST_BYTES

OTHER_WAYS = (
    "`winitgen families` lists those there are, --family reads one of your own, and "
    f"`winitgen import config.json --trace` asks transformers: {install('trace')}"
)


def matching_template(config: Config) -> Template:
    """Return the family of a config; raise `SpecError` for one that has none here."""
    model_type = config.fields.get("model_type")
    if not isinstance(model_type, str) or not model_type:
        found = f", not {show(model_type)}" if "model_type" in config.fields else "; the config has none"
        raise SpecError([config.mistake("model_type", f"expected a model type such as 'llama'{found}")])
    template = template_of(model_type)
    if template is None:
        raise SpecError([config.mistake("model_type", _unknown(model_type, config))])
    _check_usable(config, template)
    return template


def own_template(path: str, config: Config) -> Template:
    """Return the family in a file of the user's; raise `SpecError` for its mistakes, `UnreadableError` for no file."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UnreadableError(f"cannot read {path}: {reason}") from None
    template = read_template(text, os.path.basename(path).removesuffix(".yaml"), path, is_shipped=False)
    _check_usable(config, template)
    return template


def _check_usable(config: Config, template: Template) -> None:
    """Refuse what no layer-spec of a family covers: quantized tensors, and another class."""
    if config.fields.get("quantization_config") is not None:
        message = "quantized tensors are not drawn; leave it out to have them as they are before quantization"
        raise SpecError([config.mistake("quantization_config", message)])
    _check_class(config, template)


def _unknown(model_type: str, config: Config) -> str:
    known = model_types()
    what, hint = f"no layer-spec for the model type {show(model_type)}", suggest(model_type, known)
    if "auto_map" in config.fields and not hint:
        return (
            f"{what}, and the code that 'auto_map' names is never run; "
            "describe the model in a family's file of your own, with --family, or name a class that you have: "
            "winitgen import --trace MODULE:CLASS"
        )
    return f"{what}{hint or f'; {OTHER_WAYS}'}"


def _check_class(config: Config, template: Template) -> None:
    """Refuse a class of the library whose tensors the family's layer-spec does not have."""
    given = config.fields.get("architectures")
    if given is None or given == []:
        return
    classes = template.family.classes
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        message = f'expected a list with a class, such as ["{classes[0]}"], not {show(given)}'
        raise SpecError([config.mistake("architectures", message)])
    if given[0] not in classes:
        hint = suggest(given[0], classes) or f"; there are {', '.join(classes)}"
        raise SpecError(
            [config.mistake("architectures", f"no layer-spec for the class {show(given[0])}{hint}")]
        )
