"""Layers whose options are the same: one struct for all, which is read once if what is written says so."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from typing import Any

from winitgen.catalog.layers.layer import Layer
from winitgen.spec.mistakes import TextPlace
from winitgen.spec.nodes import Mapping, Node, Scalar, Sequence
from winitgen.spec.work import FEW

Text = tuple[Any, ...]
"""What a node says, without where it stands."""


class SharedLayers:
    """The layers of one spec without their names, and what is known of each mapping, which a repeat reads many times."""

    def __init__(self) -> None:
        self._by_text: dict[tuple[type[Layer], Text], Layer] = {}
        self._by_options: dict[tuple[type[Layer], str], Layer] = {}
        self._texts: dict[Mapping, Text | None] = {}
        self._places: dict[Mapping, dict[str, TextPlace]] = {}

    def places(self, mapping: Mapping) -> dict[str, TextPlace]:
        """Return where the values of a mapping stand, by their keys."""
        known = self._places.get(mapping)
        if known is None:
            known = self._places[mapping] = {
                key: TextPlace(value.line, value.column) for key, (_, value) in mapping.pairs.items()
            }
        return known

    def known(self, kind: type[Layer], mapping: Mapping) -> Layer | None:
        """Return the layer that a mapping says, if one that says the same was read."""
        text = self._text(mapping)
        return None if text is None else self._by_text.get((kind, text))

    def remember(self, kind: type[Layer], mapping: Mapping, layer: Layer) -> None:
        """Keep the layer that was read from a mapping, unless it may be another one where another variable holds."""
        text = self._text(mapping)
        if text is not None:
            self._by_text[kind, text] = layer

    def made(self, kind: type[Layer], options: MappingType[str, Any]) -> Layer:
        """Return the layer with these options; one with a long list is made anew."""
        if any(isinstance(value, tuple) and len(value) > FEW for value in options.values()):
            return kind(**options)
        shown = kind, repr(options)  # in which 0.0 and -0.0 differ, and 1 and true
        known = self._by_options.get(shown)
        if known is None:
            known = self._by_options[shown] = kind(**options)
        return known

    def _text(self, mapping: Mapping) -> Text | None:
        if mapping not in self._texts:
            options = {key: value for key, (_, value) in mapping.pairs.items() if key != "name"}
            self._texts[mapping] = _text_of_pairs(options)
        return self._texts[mapping]


def _text_of_pairs(nodes: MappingType[str, Node]) -> Text | None:
    found = {key: _text_of(node) for key, node in nodes.items()}
    return None if None in found.values() else tuple(found.items())


def _text_of(node: Node) -> Text | None:
    """Return what a node says; None if a brace in it may stand for the value of a variable."""
    if isinstance(node, Scalar):
        return None if "{" in node.text else (node.text, node.plain)
    if isinstance(node, Sequence):
        items = [_text_of(item) for item in node.items]
        return None if None in items else ("list", *items)
    assert isinstance(node, Mapping)
    return _text_of_pairs({key: value for key, (_, value) in node.pairs.items()})
