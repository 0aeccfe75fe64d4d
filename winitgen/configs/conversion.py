"""From a config to the text of its layer-spec: the family's own, with the values of the config as its variables."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from winitgen.configs.config import Config, read_config
from winitgen.configs.config_mistakes import ConfigMistakes
from winitgen.configs.dtype_names import plain_dtype, with_plain_dtypes
from winitgen.configs.family import Template
from winitgen.configs.filled_template import filled_template
from winitgen.configs.matching import matching_template, own_template
from winitgen.configs.not_replaced import why_not
from winitgen.configs.per_layer import LAYERS, fitted, lists_of_layers
from winitgen.configs.replacement import replaced
from winitgen.configs.shrink import small_fields
from winitgen.configs.values import Values
from winitgen.errors import SpecError, UsageError
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.spec.mistakes import show, suggest
from winitgen.spec.repetition import MOST_LAYERS


class Conversion(NamedTuple):
    """A config with the values of the call in it, the layer-spec it gives as text, and what is to be told about it.

    ``content`` is the text of the config, as it was read if no value was replaced, and transformers reads its dtypes. ``mistakes`` are for those that
    planning finds.
    """

    content: bytes
    text: str
    mistakes: ConfigMistakes
    notes: list[str]


def convert(
    content: bytes,
    file: str,
    variables: Mapping[str, Any] | None = None,
    *,
    shrink: bool = False,
    paper: bool = False,
    dtype: str | None = None,
    family: str | None = None,
) -> Conversion:
    """Return the layer-spec of a config; ``variables`` and ``dtype`` replace fields of the config.

    ``shrink`` makes the model as small as it can be with every kind of tensor, before ``variables`` are replaced.
    ``family`` is the path of a family's file that is not one of winitgen's. ``paper`` takes the paper's initialization where it differs from the library's. Raises `SpecError` with every
    mistake of the config, `UsageError` for a variable that the family does not have.
    """
    config = original = read_config(content, file)
    template = matching_template(config) if family is None else own_template(family, config)
    if shrink:
        config = replaced(
            config, _fields(small_fields(Values(config, template)), template, config), template.family
        )
    asked = _asked(variables or {}, template, config)
    config = replaced(config, asked, template.family)
    if dtype is not None:
        config = config.replaced({_dtype_key(config): dtype})
    values = Values(config, template, asked)
    config = config.replaced(values.fractions)
    if shrink and (needed := values.needed()):
        config = config.replaced(needed)
        values = Values(config, template)
    notes = list(values.notes)
    if paper and "paper" in template.variables:
        values.given["paper"] = True
    elif paper:
        notes.append(f"the initialization is the library's, as there is no other: {template.family.paper}")
    if dtype is not None and _dtype(config).startswith("float8"):
        notes.append(f"transformers reads no checkpoint whose config.json has the dtype {_dtype(config)}")
    text = filled_template(template, values.given, _dtype(config))
    config = replace(config, fields=with_plain_dtypes(config.fields))
    plain = content.removeprefix(BOM_UTF8)  # transformers reads no config with a byte order mark
    written = plain if config.fields == original.fields else config.written().encode()
    return Conversion(written, text, ConfigMistakes(values, text), [f"{file}: {note}" for note in notes])


def _asked(variables: Mapping[str, Any], template: Template, config: Config) -> dict[str, Any]:
    """Return the values of a call by the fields of the config; raise `UsageError` for one that is none.

    With another number of layers, lists that have an item for each layer are fitted to it.
    """
    known = template.known()
    for name in variables:
        if name not in known:
            raise UsageError(why_not(name, template))
    fields = _fields(variables, template, config)
    for name, count in fields.items():
        if (
            template.family.aliases.get(name, name) in LAYERS
            and isinstance(count, int)
            and 0 < count <= MOST_LAYERS
        ):
            lists = lists_of_layers(config.fields, config.fields.get(name))
            return {key: fitted(items, count) for key, items in lists.items()} | fields
    return fields


def _fields(variables: Mapping[str, Any], template: Template, config: Config) -> dict[str, Any]:
    """Return values of variables by the fields of the config that these are; each may be given under one name only."""
    found: dict[str, Any] = {}
    by: dict[str, str] = {}
    for name, value in variables.items():
        for field in _spellings(name, template, config):
            if field in found:
                raise UsageError(
                    f"{by[field]} and {name} are the same field of {template.name}; give one of them"
                )
            found[field], by[field] = value, name
    return found


def _spellings(name: str, template: Template, config: Config) -> list[str]:
    """Return the fields of the config that a variable is: all that it has, else the one it could have."""
    family = template.family
    variable = family.aliases.get(name, name)
    spellings = [variable, *(other for other, known in family.aliases.items() if known == variable)]
    found = [spelling for spelling in spellings if spelling in config.fields]
    own = []
    for section, prefix in family.sections.items():
        inner = config.fields.get(section)
        inside = [spelling.removeprefix(prefix) for spelling in spellings if spelling.startswith(prefix)]
        found += [f"{section}.{field}" for field in inside if isinstance(inner, dict) and field in inner]
        own += [f"{section}.{field}" for field in inside if prefix]
    return found or own[:1] or [name]


def _dtype(config: Config) -> str:
    """Return the number format that a config asks for, float32 if it does not say."""
    key = _dtype_key(config)
    value = config.fields.get(key)
    name = plain_dtype(value)
    if name is None:
        return "float32"
    if name not in FLOAT_DTYPES:
        hint = suggest(str(name), FLOAT_DTYPES) or f"; the dtypes are {', '.join(FLOAT_DTYPES)}"
        raise SpecError([config.mistake(key, f"unknown dtype {show(value)}{hint}")])
    return str(name)


def _dtype_key(config: Config) -> str:
    """Return the field that holds the number format: in older configs, the one with the name of PyTorch."""
    return (
        "dtype"
        if config.fields.get("dtype") is not None or "torch_dtype" not in config.fields
        else "torch_dtype"
    )
