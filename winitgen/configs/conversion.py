"""From a config to the text of its layer-spec: the family's own, with the values of the config as its variables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from winitgen.configs.config import Config, read_config
from winitgen.configs.family import Template, model_types, names, template_of
from winitgen.configs.values import Values
from winitgen.errors import SpecError, UsageError
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.spec.mistakes import show, suggest
from winitgen.spec.nodes import Mapping as MappingNode
from winitgen.spec.nodes import Node, Scalar, Sequence


class Conversion(NamedTuple):
    """A config with the calls's values in it, the layer-spec it gives as text, and what is to be told about it."""

    config: Config
    text: str
    notes: list[str]


def convert(
    content: bytes, file: str, variables: Mapping[str, Any] | None = None, *, paper: bool = False
) -> Conversion:
    """Return the layer-spec of a config; ``variables`` replace fields of the config.

    ``paper`` takes the paper's initialization where it differs from the library's. Raises `SpecError` with every
    mistake of the config, `UsageError` for a variable that the family does not have.
    """
    config = read_config(content, file)
    template = _template(config)
    config = config.replaced(_fields(variables or {}, template, config))
    values = Values(config, template)
    notes = list(values.notes)
    if paper and "paper" in template.variables:
        values.given["paper"] = True
    elif paper:
        notes.append(f"the initialization is the library's, as there is no other: {template.family.paper}")
    dtype = _dtype(config)
    return Conversion(config, layer_spec(template, values.given, dtype), notes)


def _template(config: Config) -> Template:
    """Return the family of a config; raise `SpecError` for one that has none here."""
    model_type = config.fields.get("model_type")
    if not isinstance(model_type, str) or not model_type:
        what = f"not {show(model_type)}" if "model_type" in config.fields else "the config has none"
        raise SpecError([config.mistake("model_type", f"expected a model type such as 'llama'; {what}")])
    template = template_of(model_type)
    if template is None:
        raise SpecError([config.mistake("model_type", _unknown(model_type, config))])
    if config.fields.get("quantization_config") is not None:
        message = (
            "quantized tensors are not drawn; leave out 'quantization_config' for those before quantization"
        )
        raise SpecError([config.mistake("quantization_config", message)])
    _check_class(config, template)
    return template


def _unknown(model_type: str, config: Config) -> str:
    known = model_types()
    if "auto_map" in config.fields and not suggest(model_type, known):
        return (
            f"no layer-spec for the model type {show(model_type)}, and its code, which 'auto_map' names, is never run; "
            "trace it from code that you have: winitgen import --trace PACKAGE.MODULE:CLASS"
        )
    hint = suggest(model_type, known) or f"; there are {len(names())}, which 'winitgen families' lists"
    return (
        f"no layer-spec for the model type {show(model_type)}{hint}; "
        "with the extra 'trace' winitgen import --trace can make one"
    )


def _check_class(config: Config, template: Template) -> None:
    """Refuse a class of the library whose tensors the family's layer-spec does not have."""
    given = config.fields.get("architectures")
    if given is None or given == []:
        return
    classes = template.family.classes
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise SpecError(
            [config.mistake("architectures", f"expected a list of classes, such as [{classes[0]}]")]
        )
    if given[0] not in classes:
        hint = suggest(given[0], classes) or f"; there are {', '.join(classes)}"
        raise SpecError(
            [config.mistake("architectures", f"no layer-spec for the class {show(given[0])}{hint}")]
        )


def _fields(variables: Mapping[str, Any], template: Template, config: Config) -> dict[str, Any]:
    """Return the values of a call by the fields of the config that they replace."""
    fields = {}
    for name, value in variables.items():
        if name not in template.known() or name == "architecture":
            raise UsageError(f"{template.name} has no field {show(name)}{suggest(name, template.known())}")
        fields[_field(name, template, config)] = value
    return fields


def _field(name: str, template: Template, config: Config) -> str:
    """Return the field of the config that a variable is: as it spells it, or in its section."""
    family = template.family
    variable = family.aliases.get(name, name)
    spellings = [variable, *(other for other, known in family.aliases.items() if known == variable)]
    for section, prefix in family.sections.items():
        inner = config.fields.get(section)
        own = [spelling.removeprefix(prefix) for spelling in spellings if spelling.startswith(prefix)]
        found = [spelling for spelling in own if isinstance(inner, dict) and spelling in inner]
        if found or (prefix and own):
            return f"{section}.{(found or own)[0]}"
    return next((spelling for spelling in spellings if spelling in config.fields), name)


def _dtype(config: Config) -> str:
    """Return the number format that a config asks for, float32 if it does not say."""
    key = "dtype" if config.fields.get("dtype") is not None else "torch_dtype"
    value = config.fields.get(key)
    if value is None or value == "auto":
        return "float32"
    name = value.removeprefix("torch.") if isinstance(value, str) else value
    if name not in FLOAT_DTYPES:
        hint = suggest(str(name), FLOAT_DTYPES) or f"; the dtypes are {', '.join(FLOAT_DTYPES)}"
        raise SpecError([config.mistake(key, f"unknown dtype {show(value)}{hint}")])
    return str(name)


def layer_spec(template: Template, given: Mapping[str, Any], dtype: str) -> str:
    """Return the text of a template with values for some of its variables; the others keep their defaults."""
    lines = [
        f"  {name}: {literal(given[name]) if name in given else _source(node)}"
        for name, node in template.variables.items()
    ]
    before, _, rest = template.text.partition("\nvars:")
    after = re.search(r"^[^\s#]", rest, re.MULTILINE)
    body = rest[after.start() :] if after else ""
    dtype_line = "" if dtype == "float32" else f"\ndtype: {dtype}"
    return f"{before}{dtype_line}\nvars:\n" + "\n".join(lines) + f"\n{body}"


def literal(value: Any) -> str:
    """Return a value as YAML on one line.

    >>> literal(0.02), literal("silu"), literal([1, None]), literal("a b")
    ('0.02', 'silu', '[1, null]', '"a b"')
    """
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(key)}: {literal(inner)}' for key, inner in value.items())}}}"
    if (
        isinstance(value, str)
        and re.fullmatch(r"[A-Za-z][A-Za-z_]*[A-Za-z0-9_]*", value)
        and value.lower() not in _WORDS
    ):
        return value
    return json.dumps(value)


_WORDS = ("true", "false", "null")


def _source(node: Node) -> str:
    """Return the text of a node on one line, as its author wrote it but for comments."""
    if isinstance(node, Sequence):
        return f"[{', '.join(_inside(item) for item in node.items)}]"
    if isinstance(node, MappingNode):
        return f"{{{', '.join(f'{key}: {_inside(value)}' for key, (_, value) in node.pairs.items())}}}"
    assert isinstance(node, Scalar)
    return node.text if node.plain else json.dumps(node.text)


def _inside(node: Node) -> str:
    """Return the text of a node within brackets, where an expression needs quotes."""
    text = _source(node)
    return json.dumps(text) if text.startswith("${") else text
