"""The list of layers: each mapping becomes a struct, repeats are expanded, names assigned."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.composite import Composite
from winitgen.catalog.layers.containers import Container, Group, Repeat
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.param import Param
from winitgen.spec.field_kinds import LAYERS as LAYERS_INSIDE
from winitgen.spec.field_kinds import NAMES, allows_none, kind_of
from winitgen.spec.fields import BAD, Scope, check_keys, convert, fields_of, hints_of, mapping_of, value_of
from winitgen.spec.layer_names import read_name, read_names
from winitgen.spec.mistakes import Location, TooManyMistakes, show, suggest
from winitgen.spec.model import Entry
from winitgen.spec.nodes import Mapping, Node, Scalar, Sequence
from winitgen.spec.scalars import NULLS

MOST_LAYERS = 50_000

_BODY = Sequence(0, 0, [])
"""Stands for the layers of a repeat, which are read anew for every repetition."""


class LayerReader:
    """Reads the layers of one spec, and counts them with repeats expanded."""

    def __init__(self) -> None:
        self.count = 0

    def read(self, node: Node, path: str, scope: Scope, counters: Counter[str]) -> tuple[Entry, ...] | Any:
        """Return the entries of a list of layers, or `BAD` if it is not a list or is empty.

        ``counters`` number the layers without a name, by type, within their namespace.
        """
        if not isinstance(node, Sequence) or not node.items:
            value = value_of(node, path, scope)
            shown = "an empty list" if value == () else show(value)
            return scope.fail(node, path, f"expected a list of one or more layers, not {shown}")
        return tuple(self._layer(item, f"{path}[{i}]", scope, counters) for i, item in enumerate(node.items))

    def _layer(self, node: Node, path: str, scope: Scope, counters: Counter[str]) -> Entry:
        """Return one layer; its ``layer`` is None if it has a mistake."""
        self.count += 1
        location = Location(node.line, node.column, path)
        mapping = mapping_of(node, path, scope, "a layer", "{type: dense, units: 10}")
        if self.count > MOST_LAYERS:
            scope.mistakes.add(location, f"more than {MOST_LAYERS} layers, with repeats expanded")
            raise TooManyMistakes
        if mapping is None:
            return Entry(None, "", location)
        keys = {
            key: Location(value.line, value.column, f"{path}.{key}")
            for key, (_, value) in mapping.pairs.items()
        }
        location = location._replace(keys=keys)
        kind = self._type(mapping, path, scope)
        if kind is None:
            name = self._given_name(mapping, path, scope)
            return Entry(None, "" if name is BAD else name, location)
        if issubclass(kind, Repeat):
            return self._repeat(mapping, path, scope, counters, location)
        name = self._name(mapping, kind, path, scope, counters)
        inside = Counter[str]() if name else counters
        layer = self._struct(mapping, kind, name, path, scope, inside)
        return Entry(layer, "" if name is BAD else name, location)

    def _type(self, mapping: Mapping, path: str, scope: Scope) -> type[Layer] | None:
        """Return the class of the layer, or None with the mistake noted."""
        if "type" not in mapping.pairs:
            scope.fail(mapping, path, "a layer needs a type, such as 'type: dense'")
            return None
        node = mapping.pairs["type"][1]
        value = value_of(node, f"{path}.type", scope)
        if isinstance(value, str) and value in LAYERS:
            return LAYERS[value]
        if value is not BAD:
            hint = suggest(value, list(LAYERS)) if isinstance(value, str) else ""
            scope.fail(
                node,
                f"{path}.type",
                f"unknown layer type {show(value)}{hint or '; `winitgen layers` lists them'}",
            )
        return None

    def _name(
        self, mapping: Mapping, kind: type[Layer], path: str, scope: Scope, counters: Counter[str]
    ) -> str | Any:
        """Return the given name, or the next default name of its type; a container may have none."""
        name = self._given_name(mapping, path, scope)
        if name or issubclass(kind, Container):
            return name
        if issubclass(kind, Param) and "name" not in mapping.pairs:
            return ""
        number = counters[kind.type]
        counters[kind.type] += 1
        return f"{kind.type}_{number}"

    def _given_name(self, mapping: Mapping, path: str, scope: Scope) -> str | Any:
        at = mapping.pairs.get("name")
        if at is None or value_of(at[1], f"{path}.name", scope) is None:
            return ""
        return read_name(at[1], f"{path}.name", scope)

    def _struct(
        self,
        mapping: Mapping,
        kind: type[Layer],
        name: str | Any,
        path: str,
        scope: Scope,
        inside: Counter[str],
    ) -> Layer | None:
        """Return the layer with all its options, or None with every mistake noted."""
        hints = hints_of(kind)
        before = len(scope.mistakes.found)
        misspelt = check_keys(mapping, ["type", *hints_of(kind)], path, scope, kind.type)
        options: dict[str, Any] = {}
        for key, (_, node) in mapping.pairs.items():
            if key in hints and key != "name":
                options[key] = self._option(key, kind, node, f"{path}.{key}", scope, inside)
        missing = [
            field.encode_name
            for field in fields_of(kind)
            if field.required and field.encode_name not in {*mapping.pairs, *misspelt}
        ]
        if kind.either and not {*kind.either} & {*mapping.pairs, *misspelt}:
            missing.append(kind.either[0])
        if missing:
            scope.fail(mapping, path, f"{kind.type} needs {' and '.join(missing)}")
        if name is BAD or len(scope.mistakes.found) > before or BAD in options.values():
            return None
        return kind(
            name=name or None, **{"from_" if key == "from" else key: value for key, value in options.items()}
        )

    def _repeat(
        self, mapping: Mapping, path: str, scope: Scope, counters: Counter[str], location: Location
    ) -> Entry:
        """Return an unnamed group that holds one group for each repetition."""
        before = len(scope.mistakes.found)
        once = self._struct(_without_body(mapping), Repeat, "", path, scope, counters)
        name_node = mapping.pairs["name"][1] if "name" in mapping.pairs else None
        if once is None or "layers" not in mapping.pairs:
            return Entry(None, "", location)
        assert isinstance(once, Repeat)
        if once.times > MOST_LAYERS:
            times = mapping.pairs["times"][1]
            scope.fail(times, f"{path}.times", f"more than {MOST_LAYERS} layers, with repeats expanded")
            return Entry(None, "", location)
        if once.times == 0:
            return Entry(once, "", location)
        if once.times > 1 and not _holds(name_node, once.index):
            scope.fail(
                name_node or mapping,
                f"{path}.name",
                f"a repeat needs its index in its name, such as 'h.{{{once.index}}}'",
            )
            return Entry(None, "", location)
        rounds: list[Entry] = []
        for number in range(once.start, once.start + once.times):
            rounds.append(self._round(mapping, path, scope.within(once.index, number), location, counters))
            if len(scope.mistakes.found) > before:
                return Entry(None, "", location)
        return Entry(Group(from_=once.from_, layers=tuple(rounds)), "", location)

    def _round(
        self, mapping: Mapping, path: str, scope: Scope, location: Location, counters: Counter[str]
    ) -> Entry:
        """Return one repetition: a group, which has a name if the repeat has one."""
        name = self._given_name(mapping, path, scope)
        layers = self.read(
            mapping.pairs["layers"][1], f"{path}.layers", scope, Counter() if name else counters
        )
        return Entry(None if layers is BAD else Group(layers=layers), name, location)

    def _option(
        self, key: str, kind: type[Layer], node: Node, path: str, scope: Scope, inside: Counter[str]
    ) -> Any:
        """Return the value of one option, of the field's type, or `BAD`."""
        hint = hints_of(kind)[key]
        if allows_none(hint) and isinstance(node, Scalar) and node.plain and node.text in NULLS:
            return None
        field = kind_of(hint)
        if field is LAYERS_INSIDE:
            return () if node is _BODY else self.read(node, path, scope, inside)
        if field is NAMES and issubclass(kind, Composite):
            return read_names(node, path, scope, kind.parts)
        value = field.read(node, path, scope)
        return value if value is BAD or field.finished else convert(value, hint, node, path, scope)


def _holds(name: Node | None, index: str) -> bool:
    """Return whether the name of a repeat contains its index, as ``{i}`` or inside ``${...}``."""
    if not isinstance(name, Scalar):
        return name is not None
    return re.search(rf"\{{[^{{}}]*\b{re.escape(index)}\b[^{{}}]*\}}", name.text) is not None


def _without_body(mapping: Mapping) -> Mapping:
    """Return the options of the repeat itself: its name and its layers are read anew for every repetition."""
    pairs = {key: pair for key, pair in mapping.pairs.items() if key != "name"}
    if "layers" in pairs:
        pairs["layers"] = pairs["layers"][0], _BODY
    return Mapping(mapping.line, mapping.column, pairs)
