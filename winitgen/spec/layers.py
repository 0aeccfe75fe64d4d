"""The list of layers: each mapping becomes a struct, repeats are expanded, names assigned."""

from __future__ import annotations

from collections import Counter
from typing import Any

from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.containers import Container, Group, Repeat
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.param import Param
from winitgen.spec.absence import absent_keys, given
from winitgen.spec.field_kinds import LAYERS as LAYERS_INSIDE
from winitgen.spec.field_kinds import NAMES, allows_none, kind_of
from winitgen.spec.fields import (
    BAD,
    Scope,
    check_keys,
    convert,
    hints_of,
    mapping_of,
    refuse_list,
    required_of,
    value_of,
)
from winitgen.spec.layer_names import read_name, read_names
from winitgen.spec.mistakes import Location, TooManyMistakes, show
from winitgen.spec.model import Entry
from winitgen.spec.nodes import Mapping, Node, Sequence
from winitgen.spec.repetition import MOST_LAYERS, NAMES_PER_STEP, read_loop, read_when, set_inner_variables
from winitgen.spec.shared_layers import SharedLayers
from winitgen.spec.type_hint import LISTED, type_hint

READ_APART = ("name", "when", "vars", "over")
"""Keys that `_struct` does not read: they are read before the layer, or anew for every repetition."""

SPELLED = {"from": "from_", "as": "as_"}
"""The fields of structs whose keys are words of Python."""

_BODY = Sequence(0, 0, [])
"""Stands for the layers of a repeat, which are read anew for every repetition."""


class LayerReader:
    """Reads the layers of one spec, and counts them with repeats expanded: at most ``most``."""

    def __init__(self, most: int = MOST_LAYERS) -> None:
        self.count = 0
        self.most = most
        self.shared = SharedLayers()

    def read(self, node: Node, path: str, scope: Scope, counters: Counter[str]) -> tuple[Entry, ...] | Any:
        """Return the entries of a list of layers, or `BAD` if it is not a list or is empty.

        ``counters`` number the layers without a name, by type, within their namespace.
        """
        if not isinstance(node, Sequence) or not node.items:
            return refuse_list(node, path, scope, "one or more layers")
        found = [self._layer(item, f"{path}[{i}]", scope, counters) for i, item in enumerate(node.items)]
        return tuple([entry for entry in found if entry is not None])

    def _layer(self, node: Node, path: str, scope: Scope, counters: Counter[str]) -> Entry | None:
        """Return one layer, or None if it is left out; its ``layer`` is None if it has a mistake."""
        self.count += 1
        location = scope.at(node, path)
        mapping = mapping_of(node, path, scope, "a layer", "{type: dense, units: 10}")
        if self.count > self.most:
            scope.mistakes.add(
                location._replace(rounds=()), f"more than {self.most} layers, with repeats expanded"
            )
            raise TooManyMistakes
        if mapping is None:
            return Entry(None, "", location)
        there = read_when(mapping, path, scope) if "when" in mapping.pairs else True
        if there is False:
            return None
        location = Location(node.line, node.column, path, self.shared.places(mapping), scope.rounds)
        kind = self._type(mapping, path, scope) if there is True else None
        if kind is None:
            name = self._given_name(mapping, path, scope)
            return Entry(None, "" if name is BAD else name, location)
        if issubclass(kind, Repeat):
            return self._repeat(mapping, path, scope, counters, location)
        return self._single(mapping, kind, path, scope, counters, location)

    def _single(
        self,
        mapping: Mapping,
        kind: type[Layer],
        path: str,
        scope: Scope,
        counters: Counter[str],
        location: Location,
    ) -> Entry | None:
        """Return a layer that is no repeat, or None for a group of which no layer is left."""
        if issubclass(kind, Container) and "vars" in mapping.pairs:
            scope = scope.inner()
            scope.spend(len(scope.names) // NAMES_PER_STEP, mapping, path)
            set_inner_variables(mapping, path, scope)
        name = self._name(mapping, kind, path, scope, counters)
        inside = Counter[str]() if name else counters
        layer = (
            self._struct(mapping, kind, name, path, scope, inside)
            if issubclass(kind, Container)
            else self._shared(mapping, kind, name, path, scope, inside)
        )
        tied = isinstance(layer, Group) and layer.tied_to is not None
        if isinstance(layer, Container) and not layer.layers and not tied:
            if isinstance(layer, Group):
                return None
            message = f"no layer of this {kind.type} is left; leave out the {kind.type} itself with 'when'"
            layer = scope.fail(mapping.pairs["layers"][1], f"{path}.layers", message)
        return Entry(None if layer is BAD else layer, "" if name is BAD else name, location)

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
            hint = type_hint(value) if isinstance(value, str) else LISTED
            scope.fail(node, f"{path}.type", f"unknown layer type {show(value)}{hint}")
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
        node = given(mapping, "name", scope)
        return "" if node is None else read_name(node, f"{path}.name", scope)

    def _shared(
        self,
        mapping: Mapping,
        kind: type[Layer],
        name: str | Any,
        path: str,
        scope: Scope,
        inside: Counter[str],
    ) -> Layer | None:
        """Return what `_struct` does, without reading again what says the same and costs nothing to read."""
        known = None if name is BAD else self.shared.known(kind, mapping)
        if known is not None:
            return known
        before = scope.work.spent
        layer = self._struct(mapping, kind, name, path, scope, inside)
        if layer is not None and scope.work.spent == before:
            self.shared.remember(kind, mapping, layer)
        return layer

    def _struct(
        self,
        mapping: Mapping,
        kind: type[Layer],
        name: str | Any,
        path: str,
        scope: Scope,
        inside: Counter[str],
    ) -> Layer | None:
        """Return the layer with all its options but its name, or None with every mistake noted."""
        hints = hints_of(kind)
        before = len(scope.mistakes.found)
        misspelt = check_keys(mapping, ["type", *hints_of(kind)], path, scope, kind.type)
        left_out = absent_keys(mapping, scope, (*READ_APART, "layers", *required_of(kind)))
        options: dict[str, Any] = {}
        for key, (_, node) in mapping.pairs.items():
            if key in hints and key not in READ_APART and key not in left_out:
                options[key] = self._option(key, kind, node, f"{path}.{key}", scope, inside)
        missing = [key for key in required_of(kind) if key not in mapping.pairs and key not in misspelt]
        if kind.either and not {*kind.either} & {*mapping.pairs, *misspelt}:
            missing.append(kind.either[0])
        if missing:
            scope.fail(mapping, path, f"{kind.type} needs {' and '.join(missing)}")
        if name is BAD or len(scope.mistakes.found) > before or BAD in options.values():
            return None
        options = {SPELLED.get(key, key): value for key, value in options.items()}
        if "name" in required_of(kind):
            options["name"] = ""  # which is in the entry, so that equal layers are one
        return kind(**options) if issubclass(kind, Container) else self.shared.made(kind, options)

    def _repeat(
        self, mapping: Mapping, path: str, scope: Scope, counters: Counter[str], location: Location
    ) -> Entry | None:
        """Return an unnamed group that holds one group for each repetition, or None if none has a layer left."""
        before = len(scope.mistakes.found)
        once = self._struct(_without_body(mapping), Repeat, "", path, scope, counters)
        if once is None or "layers" not in mapping.pairs:
            return Entry(None, "", location)
        assert isinstance(once, Repeat)
        loop = read_loop(mapping, once, path, scope)
        if loop is None:
            return Entry(None, "", location)
        rounds: list[Entry] = []
        for inner in loop.scopes():
            found = self._round(mapping, path, inner, location, counters)
            if len(scope.mistakes.found) > before:
                return Entry(None, "", location)
            rounds += [] if found is None else [found]
        return Entry(Group(from_=once.from_, layers=tuple(rounds)), "", location) if rounds else None

    def _round(
        self, mapping: Mapping, path: str, scope: Scope, location: Location, counters: Counter[str]
    ) -> Entry | None:
        """Return one repetition: a group, which has a name if the repeat has one; None if no layer is left."""
        name = self._given_name(mapping, path, scope)
        layers = self.read(
            mapping.pairs["layers"][1], f"{path}.layers", scope, Counter() if name else counters
        )
        if layers == ():
            return None
        location = Location(location.line, location.column, path, location.keys, scope.rounds)
        return Entry(None if layers is BAD else Group(layers=layers), "" if name is BAD else name, location)

    def _option(
        self, key: str, kind: type[Layer], node: Node, path: str, scope: Scope, inside: Counter[str]
    ) -> Any:
        """Return the value of one option, of the field's type, or `BAD`."""
        hint = hints_of(kind)[key]
        field = kind_of(hint)
        if field is LAYERS_INSIDE:
            layers = () if node is _BODY else self.read(node, path, scope, inside)
            return None if layers == () and allows_none(hint) else layers
        if field is NAMES:
            from winitgen.catalog.layers.composite import Composite

            assert issubclass(kind, Composite)  # no other layer has such a field
            return read_names(node, path, scope, kind.parts, kind.number)
        value = field.read(node, path, scope)
        return value if value is BAD or field.finished else convert(value, hint, node, path, scope)


def _without_body(mapping: Mapping) -> Mapping:
    """Return the options of the repeat itself: its name and its layers are read anew for every repetition."""
    pairs = {key: pair for key, pair in mapping.pairs.items() if key != "name"}
    if "layers" in pairs:
        pairs["layers"] = pairs["layers"][0], _BODY
    return Mapping(mapping.line, mapping.column, pairs)
