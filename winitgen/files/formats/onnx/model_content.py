"""What a model holds: the initializers of its graph and of those inside it, and what it says of itself.

The messages are those of ``onnx.proto``: ModelProto, GraphProto, NodeProto, AttributeProto. Graphs are also in attributes of
nodes, as the branches of an ``If``. Of tensors that are attributes themselves those of ``Constant`` are kept, and others are counted only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from winitgen.files.formats.onnx.constant_nodes import (
    CONSTANT,
    DOMAINS,
    Initializer,
    constant_of,
    sparse_initializer,
)
from winitgen.files.formats.onnx.tensor_message import name_in, tensor_message
from winitgen.files.formats.onnx.wire import BYTES, NUMBER, WireFault, WireField, WireReader, signed
from winitgen.files.input.open_file import MOST_TENSORS

MOST_GRAPHS = 20_000
DEEPEST = 32
_LONGEST_SHOWN = 1000
_MOST_SHOWN = 1000

_VERSION, _MODEL_VERSION, _GRAPH, _OPERATORS, _PROPERTIES, _TRAINING, _FUNCTIONS = 1, 5, 7, 8, 14, 20, 25
_TEXTS = {2: "producer_name", 3: "producer_version", 4: "domain", 6: "doc_string"}

NODE, _GRAPH_NAME, _INITIALIZER, _SPARSE = 1, 2, 5, 15
_OF_FUNCTION = 7
_OUTPUT, _NODE_NAME, _OPERATOR, _ATTRIBUTE, _DOMAIN = 2, 3, 4, 5, 7
_ATTRIBUTE_NAME, _INNER, _HELD = 1, {6, 11}, {5, 10, 22, 23}


class InnerGraph(NamedTuple):
    """A message with nodes, the field by which they are in it, what stands before its names, and how deep it is."""

    message: WireField
    nodes: int
    before: str
    depth: int


class ModelContent:
    """What was found of a model so far.

    ``initializers`` has the last tensor of each name, ``twice`` the first name that stands twice. ``held`` counts the nodes that hold tensors which are not
    read, ``constants`` are the names of those that were, ``contested`` is the first of them with more than one value, and ``training`` counts the messages with graphs for training, which are not read.
    ``graph_of`` has for each tensor which of the ``graphs`` it is in.
    """

    def __init__(self, reader: WireReader) -> None:
        self.initializers: dict[str, Initializer] = {}
        self.twice = ""
        self.metadata: dict[str, str] = {}
        self.ir_version = 0
        self.held = self.training = 0
        self.constants: list[str] = []
        self.contested = ""
        self._reader = reader
        self.graphs: list[InnerGraph] = []
        self.graph_of: dict[str, int] = {}
        self._place = 0

    def read(self) -> None:
        """Read the model; raise `WireFault` if it is none."""
        operators: list[str] = []
        for field in self._reader.fields(0, self._reader.size):
            if field.number == _VERSION and field.kind == NUMBER:
                self.ir_version = field.value
            elif field.number in _TEXTS and field.length:
                self.metadata[_TEXTS[field.number]] = self._text(field)
            elif field.number == _MODEL_VERSION:
                self.metadata["model_version"] = str(signed(field.value))
            elif field.kind == BYTES and field.number == _OPERATORS:
                operators += self._operators(field) if len(operators) < _MOST_SHOWN else []
            elif field.kind == BYTES and field.number == _PROPERTIES and len(self.metadata) < _MOST_SHOWN:
                self._property(field)
            elif field.kind == BYTES and field.number in {_GRAPH, _FUNCTIONS, _TRAINING}:
                self._top(field)
        if operators:
            self.metadata["opset"] = ", ".join(operators)
        for place, graph in enumerate(self.graphs):  # to which those inside it are added
            self._place = place
            self._graph(graph)

    def _top(self, field: WireField) -> None:
        if field.number == _TRAINING:
            self.training += 1
        elif field.number == _GRAPH:
            self._add(field, NODE, "", 0)
        else:
            name = ""
            for one in self._reader.fields(field.value, field.end):
                name = name_in(self._reader, one) if one.number == 1 else name
            self._add(field, _OF_FUNCTION, f"{name}/", 0)

    def _add(self, message: WireField, nodes: int, before: str, depth: int) -> None:
        self._check_graphs(len(self.graphs) + 1, depth)
        self._reader.keep(len(before))
        self.graphs.append(InnerGraph(message, nodes, before, depth))

    def _check_graphs(self, count: int, depth: int = 0) -> None:
        if count > MOST_GRAPHS or depth > DEEPEST:
            raise self._reader.too_large(
                f"more than {MOST_GRAPHS:,} graphs, or more than {DEEPEST} inside one another"
            )

    def _text(self, field: WireField) -> str:
        found = self._reader.content(field, _LONGEST_SHOWN).decode(errors="replace")
        return f"{found}..." if field.length > _LONGEST_SHOWN else found

    def _operators(self, message: WireField) -> list[str]:
        """Return the domain of a set of operators and its version, as ``ai.onnx 17``."""
        domain, version = "", 0
        for field in self._reader.fields(message.value, message.end):
            if field.number == 1:
                domain = self._text(field)
            elif field.number == 2:
                version = signed(field.value)
        return [f"{domain or 'ai.onnx'} {version}"]

    def _property(self, message: WireField) -> None:
        found = {1: "", 2: ""}
        for field in self._reader.fields(message.value, message.end):
            if field.number in found:
                found[field.number] = self._text(field)
        self.metadata[found[1]] = found[2]

    def _graph(self, graph: InnerGraph) -> None:
        number = 0
        for field in self._reader.fields(graph.message.value, graph.message.end):
            if field.kind != BYTES:
                continue
            if field.number == graph.nodes:
                self._node(field, graph, number)
                number += 1
            elif graph.nodes == NODE and field.number == _GRAPH_NAME and not graph.depth:
                self.metadata["graph"] = self._text(field)
            elif graph.nodes == NODE and field.number == _INITIALIZER:
                self._keep(graph.before, Initializer(tensor_message(self._reader, field)))
            elif graph.nodes == NODE and field.number == _SPARSE:
                self._keep(graph.before, sparse_initializer(self._reader, field))

    def _keep(self, before: str, found: Initializer) -> None:
        name = f"{before}{found.entry.name}"
        self._reader.keep(len(before))
        if name in self.initializers:
            self.twice = self.twice or name
        elif len(self.initializers) >= MOST_TENSORS:
            raise self._reader.too_large(f"more than {MOST_TENSORS:,} tensors")
        self.initializers[name] = found
        self.graph_of[name] = self._place

    def _node(self, message: WireField, graph: InnerGraph, number: int) -> None:
        """Note the graphs in the attributes of a node, and the tensors that it holds."""
        inner: list[tuple[str, WireField]] = []
        named: dict[int, WireField] = {}
        attributes, holds = 0, False
        for field in self._reader.fields(message.value, message.end):
            if field.number == _ATTRIBUTE and field.kind == BYTES:
                holds |= self._attribute(field, inner)
                attributes += 1
                named[_ATTRIBUTE] = field
            elif field.number in {_NODE_NAME, _OPERATOR, _DOMAIN} or _OUTPUT == field.number not in named:
                named[field.number] = field
        if attributes == 1 and self._is_constant(named, graph):
            return
        self.held += holds
        if not inner:
            return
        texts = {which: self._text_of(named, which) for which in (_NODE_NAME, _OPERATOR)}
        label = texts[_NODE_NAME] or f"{texts[_OPERATOR] or 'node'}_{number}"
        for name, found in inner:
            self._add(found, NODE, f"{graph.before}{label}/{name}/", graph.depth + 1)

    def _text_of(self, named: Mapping[int, WireField], which: int) -> str:
        return name_in(self._reader, named[which]) if which in named else ""

    def _is_constant(self, named: Mapping[int, WireField], graph: InnerGraph) -> bool:
        """Keep the value of a node if it is a constant with an output that has a name, and tell whether it is."""
        operator = named.get(_OPERATOR)
        if operator is None or operator.length != len(CONSTANT) or _OUTPUT not in named:
            return False
        if self._text_of(named, _OPERATOR) != CONSTANT or self._text_of(named, _DOMAIN) not in DOMAINS:
            return False
        output = self._text_of(named, _OUTPUT)
        found = constant_of(self._reader, named[_ATTRIBUTE], output) if output else None
        if found is None:
            return False
        self._keep(graph.before, found)
        self.constants.append(f"{graph.before}{output}")
        if found.contested:
            self.contested = self.contested or self.constants[-1]
        return True

    def _attribute(self, message: WireField, inner: list[tuple[str, WireField]]) -> bool:
        """Add the graphs of an attribute with its name, and return whether it has tensors."""
        name: WireField | None = None
        graphs: list[WireField] = []
        holds = False
        for field in self._reader.fields(message.value, message.end):
            if field.kind != BYTES:
                continue
            if field.number == _ATTRIBUTE_NAME:
                name = field
            elif field.number in _INNER:
                graphs.append(field)
                self._check_graphs(len(graphs) + len(inner))
            elif field.number in _HELD:
                holds = True
        shown = name_in(self._reader, name) if graphs and name is not None else ""
        inner += [(f"{shown}_{place}" if len(graphs) > 1 else shown, one) for place, one in enumerate(graphs)]
        return holds


def model_content(reader: WireReader) -> ModelContent:
    """Return what a model holds; raise `WireFault` if a message is damaged."""
    found = ModelContent(reader)
    found.read()
    if not found.ir_version:
        raise WireFault("it has no ir_version")
    return found
