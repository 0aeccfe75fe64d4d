"""Names of layers: those that every format can store, and references to other layers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from winitgen.spec.absence import optional
from winitgen.spec.fields import BAD, Scope, check_keys, mapping_of, value_of
from winitgen.spec.mistakes import show
from winitgen.spec.nodes import Mapping, Node, Sequence
from winitgen.spec.values import read_text
from winitgen.spec.variables import written_out

STEPS_PER_SOURCE = 4
"""How many steps of an expression take the time of reading one name in a list and looking it up."""
LEVELS_PER_STEP = 8
"""Through how many groups a name is looked up in the time of one more step."""
_INDEX = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
SEGMENT = re.compile(r"[A-Za-z0-9_-]+")
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def read_name(node: Node, path: str, scope: Scope, number: str = "") -> str | Any:
    """Return a layer's name with the indices of repeats filled in, or `BAD`.

    ``number`` is text that stands for a number, such as ``{e}``; it stays as it is.
    """
    text = read_text(node, path, scope, "a name")
    if text is BAD:
        return BAD
    name = fill(text, scope)
    problem = name_problem(name.replace(number, "0") if number else name)
    hint = f"; {number} stands for a number" if number else ""
    return scope.fail(node, path, f"the name {show(name)} {problem}{hint}") if problem else name


def fill(text: str, scope: Scope) -> str:
    """Return ``text`` with ``{i}`` replaced by the number of the repetition."""
    if "{" not in text or not scope.indices:
        return text
    return _INDEX.sub(lambda match: str(scope.indices.get(match[1], match[0])), text)


TAKEN = {
    "": "is empty; leave 'name' out to get a default one",
    "input": "is reserved: in 'from' it means the input; choose another",
}
"""Names that no layer can have, with the reason."""


@lru_cache(maxsize=1024)
def name_problem(name: str) -> str:
    """Return why ``name`` cannot be stored in every format, or an empty text."""
    if name in TAKEN:
        return TAKEN[name]
    for segment in name.split("."):
        if not SEGMENT.fullmatch(segment):
            return "must consist of letters, digits, '_' and '-', in segments joined by '.'"
        if segment == "__metadata__":
            return "is reserved by the safetensors format; choose another"
        if segment.lower() in DEVICES:
            return f"has a segment, {segment}, that Windows reserves for a device; choose another"
    return "has more than 200 bytes; shorten it" if len(name) > 200 else ""


def read_tied_to(node: Node, path: str, scope: Scope) -> str | Any:
    """Return the name of the layer, or the parameter id, that a layer is tied to, or a mapping of roles to these."""
    node = written_out(node, scope)
    node = optional(node, scope) if isinstance(node, Mapping) else node
    if isinstance(node, Mapping) and node.pairs:
        found = {
            role: read_tied_to(inner, f"{path}.{role}", scope) for role, (_, inner) in node.pairs.items()
        }
        return BAD if BAD in found.values() else found
    text = read_text(node, path, scope, "the name of a layer or the id of a parameter")
    return BAD if text is BAD else fill(text, scope)


def read_names(
    node: Node, path: str, scope: Scope, parts: tuple[str, ...], number: str = ""
) -> dict[str, str] | Any | None:
    """Return the other names of a layer's parts, None if no part has another name, or `BAD`.

    ``number`` is what stands for a number in a name, if anything does.
    """
    mapping = mapping_of(written_out(node, scope), path, scope, "'names'", f"{{{parts[0]}: my_{parts[0]}}}")
    if mapping is None:
        return BAD
    misspelt = check_keys(mapping, list(parts), path, scope, "names")
    names = {
        part: read_name(inner, f"{path}.{part}", scope, number)
        for part, (_, inner) in optional(mapping, scope).pairs.items()
        if part in parts
    }
    if misspelt or BAD in names.values():
        return BAD
    return {part: name for part, name in names.items() if number or part != name} or None


def read_parts(node: Node, path: str, scope: Scope) -> int | tuple[str, ...] | Any:
    """Return the names of the parts of a layer, or their number, or `BAD`."""
    node = written_out(node, scope)
    if not isinstance(node, Sequence):
        return value_of(node, path, scope)
    names = [read_name(item, f"{path}[{i}]", scope) for i, item in enumerate(node.items)]
    return BAD if BAD in names else tuple(names)


def read_reference(node: Node, path: str, scope: Scope) -> str | Any:
    """Return the name of one earlier layer, or of an input of the model, or `BAD`."""
    text = read_text(node, path, scope, "the name of an earlier layer")
    return BAD if text is BAD else fill(text, scope)


def read_from(node: Node, path: str, scope: Scope) -> str | tuple[str, ...] | Any:
    """Return the names of the layers from which a layer takes its input, or `BAD`."""
    node = written_out(node, scope)
    if not isinstance(node, Sequence):
        return read_reference(node, path, scope)
    steps = STEPS_PER_SOURCE + path.count(".layers[") // LEVELS_PER_STEP
    scope.spend(steps * len(node.items), node, path)
    names = [read_reference(item, f"{path}[{i}]", scope) for i, item in enumerate(node.items)]
    return BAD if BAD in names else tuple(names)


def outward(name: str, scope: tuple[str, ...] | list[str]) -> Iterator[str]:
    """Yield the paths that a reference may mean: in the enclosing group, whose path is ``scope``, then outward.

    >>> list(outward("fc", ("encoder", "block0")))
    ['encoder.block0.fc', 'encoder.fc', 'fc']
    """
    return (prefix + name for prefix in _prefixes(tuple(scope)))


@lru_cache(maxsize=64)
def _prefixes(scope: tuple[str, ...]) -> tuple[str, ...]:
    """Return what stands before a name in the group at ``scope``, and in each group around it."""
    return tuple("".join(f"{group}." for group in scope[:depth]) for depth in range(len(scope), -1, -1))
