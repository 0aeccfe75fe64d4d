"""The words with readings of their own: schemes, activations, names."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from msgspec import Meta

from winitgen import activations, schemes
from winitgen.activations import ACTIVATIONS, Applied
from winitgen.dtypes import FLOAT_DTYPES
from winitgen.layers.base import Switch
from winitgen.schemes import SCHEMES, Init
from winitgen.spec.fields import BAD, Scope, check_keys, convert, mapping_of, value_of
from winitgen.spec.mistakes import show, suggest
from winitgen.spec.nodes import Mapping, Node, Scalar, Sequence

Real = Annotated[float, Meta(description="a number")]
Positive = Annotated[float, Meta(gt=0, description="a number above 0")]
NotNegative = Annotated[float, Meta(ge=0, description="a number of at least 0")]
Bounds = Annotated[
    Positive | Annotated[tuple[Real, ...], Meta(min_length=2, max_length=2)],
    Meta(description="a number above 0, or a pair [low, high], in standard deviations before the cut"),
]
Mode = Annotated[Literal["fan_in", "fan_out", "fan_avg"], Meta(description="fan_in, fan_out or fan_avg")]
Distribution = Annotated[
    Literal["normal", "uniform", "truncated_normal"], Meta(description="normal, uniform or truncated_normal")
]
Gain = Annotated[
    NotNegative | str,
    Meta(description="a number of at least 0, 'auto', 'torch', or the name of an activation"),
]

INIT_WORDS: dict[str, Any] = {
    "mean": Real,
    "std": NotNegative,
    "low": Real,
    "high": Real,
    "bounds": Bounds,
    "correct": Switch,
    "value": Real,
    "scale": Positive,
    "mode": Mode,
    "distribution": Distribution,
    "gain": Gain,
}

SEGMENT = re.compile(r"[A-Za-z0-9_-]+")
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def read_init(node: Node, path: str, scope: Scope) -> Init | Any:
    """Return a scheme with its words, or `BAD`."""
    if isinstance(node, Scalar):
        name = _scheme_name(node, path, scope)
        words: dict[str, Any] = {}
    else:
        mapping = mapping_of(node, path, scope, "a scheme with words")
        if mapping is None:
            return BAD
        at = mapping.pairs.get("scheme")
        if at is None:
            return scope.fail(node, path, "a scheme with words names it: {scheme: normal, std: 0.02}")
        name = _scheme_name(at[1], f"{path}.scheme", scope)
        words = _init_words(mapping, name, path, scope)
    if name is BAD or BAD in words.values():
        return BAD
    missing = [word for word in SCHEMES[name].needs if word not in words]
    if missing:
        return scope.fail(node, path, f"the scheme {name} needs {' and '.join(missing)}")
    problem = _contradiction(words)
    return scope.fail(node, path, problem) if problem else Init(name, **words)


def _scheme_name(node: Node, path: str, scope: Scope) -> str | Any:
    value = value_of(node, path, scope)
    if value is BAD:
        return BAD
    name = schemes.ALIASES.get(value, value) if isinstance(value, str) else value
    if isinstance(name, str) and name in SCHEMES:
        return name
    hint = suggest(value, [*SCHEMES, *schemes.ALIASES]) if isinstance(value, str) else ""
    return scope.fail(node, path, f"unknown scheme {show(value)}{hint or '; `winitgen schemes` lists them'}")


def _init_words(mapping: Mapping, name: str | Any, path: str, scope: Scope) -> dict[str, Any]:
    """Return the words of a mapping, each of its type, or `BAD` in their place."""
    if name is BAD:
        return {}
    known = ["scheme", *SCHEMES[name].words]
    check_keys(mapping, known, path, scope, f"the scheme {name}")
    words: dict[str, Any] = {}
    for key, (_, node) in mapping.pairs.items():
        if key in known[1:]:
            value = value_of(node, f"{path}.{key}", scope)
            if value is not BAD:
                value = convert(value, INIT_WORDS[key], node, f"{path}.{key}", scope)
            words[key] = _gain(value, node, f"{path}.{key}", scope) if key == "gain" else value
        elif key != "scheme":
            words[key] = BAD
    return words


def _gain(value: Any, node: Node, path: str, scope: Scope) -> Any:
    """Return a gain: a number, ``auto``, ``torch``, or an activation's name as the table has it."""
    if not isinstance(value, str) or value in ("auto", "torch"):
        return value
    name = activations.ALIASES.get(value, value)
    if name in ACTIVATIONS:
        return name
    hint = suggest(value, ["auto", "torch", *ACTIVATIONS])
    return scope.fail(node, path, f"unknown gain {show(value)}{hint}")


def _contradiction(words: dict[str, Any]) -> str:
    """Return what is wrong between the words of one scheme, or nothing."""
    low, high = words.get("low"), words.get("high")
    if low is not None and high is not None and not low < high:
        return f"low, {low:g}, is not below high, {high:g}"
    bounds = words.get("bounds")
    if isinstance(bounds, tuple) and not bounds[0] < bounds[1]:
        return f"bounds: {bounds[0]:g} is not below {bounds[1]:g}"
    if isinstance(bounds, float) and bounds < 0.1:
        return f"bounds of {bounds:g} standard deviations are below 0.1; write a uniform"
    return ""


def read_activation(node: Node, path: str, scope: Scope) -> Applied | Any:
    """Return an activation with its number, or `BAD`."""
    if isinstance(node, Scalar):
        name = _activation_name(node, path, scope)
        return (
            BAD
            if name is BAD
            else Applied(name, ACTIVATIONS[name].default if ACTIVATIONS[name].parameter else None)
        )
    mapping = mapping_of(node, path, scope, "an activation with a number")
    if mapping is None:
        return BAD
    if "name" not in mapping.pairs:
        return scope.fail(node, path, "an activation with a number names it: {name: leaky_relu, slope: 0.2}")
    name = _activation_name(mapping.pairs["name"][1], f"{path}.name", scope)
    if name is BAD:
        return BAD
    word = ACTIVATIONS[name].parameter
    before = len(scope.mistakes.found)
    check_keys(mapping, ["name", word] if word else ["name"], path, scope, f"the activation {name}")
    if word not in mapping.pairs:
        return (
            BAD
            if len(scope.mistakes.found) > before
            else Applied(name, ACTIVATIONS[name].default if word else None)
        )
    return _number(Applied(name), mapping.pairs[word][1], f"{path}.{word}", scope)


def _number(applied: Applied, node: Node, path: str, scope: Scope) -> Applied | Any:
    """Return the activation with the number at ``node``, if it has a gain with it."""
    value = value_of(node, path, scope)
    number = value if value is BAD else convert(value, Real, node, path, scope)
    if number is BAD:
        return BAD
    try:
        numbered = Applied(applied.name, number)
        if 0 < numbered.gain < float("inf"):
            return numbered
    except (ArithmeticError, ValueError):
        pass
    return scope.fail(node, path, f"{applied.name} has no gain with {applied.row.parameter} {number:g}")


def _activation_name(node: Node, path: str, scope: Scope) -> str | Any:
    value = value_of(node, path, scope)
    if value is BAD:
        return BAD
    name = activations.ALIASES.get(value, value) if isinstance(value, str) else value
    if isinstance(name, str) and name in ACTIVATIONS:
        return name
    hint = suggest(value, [*ACTIVATIONS, *activations.ALIASES]) if isinstance(value, str) else ""
    return scope.fail(
        node, path, f"unknown activation {show(value)}{hint or '; `winitgen activations` lists them'}"
    )


def read_text(node: Node, path: str, scope: Scope, what: str) -> str | Any:
    """Return text; a whole number is taken as text, anything else is a mistake."""
    value = value_of(node, path, scope)
    if value is BAD:
        return BAD
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return node.text if isinstance(node, Scalar) and "${" not in node.text else str(value)
    return scope.fail(
        node, path, f"expected {what}, not {show(value)}; put it in quotes if it is meant as text"
    )


def read_name(node: Node, path: str, scope: Scope) -> str | Any:
    """Return a layer's name with the indices of repetitions filled in, or `BAD`."""
    text = read_text(node, path, scope, "a name")
    if text is BAD:
        return BAD
    name = fill(text, scope)
    problem = name_problem(name)
    return scope.fail(node, path, f"the name {show(name)} {problem}") if problem else name


def fill(text: str, scope: Scope) -> str:
    """Return ``text`` with ``{i}`` replaced by the number of the repetition."""
    for index, number in scope.indices.items():
        text = text.replace(f"{{{index}}}", str(number))
    return text


def name_problem(name: str) -> str:
    """Return what keeps ``name`` from being stored in every format, or nothing."""
    if len(name.encode()) > 200:
        return "has more than 200 bytes"
    for segment in name.split("."):
        if not SEGMENT.fullmatch(segment):
            return "is not made of letters, digits, '_' and '-', in segments joined by '.'"
        if segment == "__metadata__":
            return "is reserved by the safetensors format"
        if segment.lower() in DEVICES:
            return f"has a segment, {segment}, that Windows reserves for a device"
    return ""


def read_from(node: Node, path: str, scope: Scope) -> str | tuple[str, ...] | Any:
    """Return the names of the layers that a layer takes its input from."""
    if not isinstance(node, Sequence):
        text = read_text(node, path, scope, "the name of an earlier layer")
        return BAD if text is BAD else fill(text, scope)
    texts = [
        read_text(item, f"{path}[{i}]", scope, "the name of an earlier layer")
        for i, item in enumerate(node.items)
    ]
    return BAD if BAD in texts else tuple(fill(text, scope) for text in texts)


def read_dtype(node: Node, path: str, scope: Scope) -> str | Any:
    """Return the name of a number format."""
    return read_choice(node, path, scope, "dtype", FLOAT_DTYPES)


def read_choice(node: Node, path: str, scope: Scope, what: str, known: tuple[str, ...]) -> str | Any:
    """Return one of the ``known`` words."""
    value = value_of(node, path, scope)
    if value is BAD or value in known:
        return value
    hint = suggest(value, known) if isinstance(value, str) else ""
    return scope.fail(node, path, f"unknown {what} {show(value)}{hint or '; known: ' + ', '.join(known)}")
