"""What else of a graph has the name of one of its tensors: outputs of nodes, and inputs of another shape or number format.

Measured with onnx 1.23.2 and ONNX Runtime 1.32.0: the reference evaluator computes with what a node writes, ONNX Runtime refuses such models. An
output or an inner value of another shape or format than its tensor disturbs neither.
"""

from __future__ import annotations

from collections.abc import Iterator

from winitgen.files.formats.onnx.constant_nodes import Initializer
from winitgen.files.formats.onnx.model_content import NODE, ModelContent
from winitgen.files.formats.onnx.wire import BYTES, NUMBER, WireField, WireReader, signed, word
from winitgen.files.input.open_file import quoted

_OUTPUT = 2
_INPUT, _TYPE_OF_VALUE = 11, 2
_ARRAY, _OTHERS = 1, {4, 5, 7, 8, 9}
_ELEMENT, _SHAPE = 1, 2


def name_uses(reader: WireReader, model: ModelContent) -> Iterator[str]:
    """Yield as clauses what else has the names of the tensors of a model."""
    own: dict[int, set[str]] = {}
    for name, place in model.graph_of.items():
        own.setdefault(place, set()).add(name)
    constants = {*model.constants}
    for place, names in own.items():
        graph = model.graphs[place]
        longest = 4 * max(map(len, names))  # bytes of UTF-8
        for field in reader.fields(graph.message.value, graph.message.end):
            if field.kind != BYTES:
                continue
            if field.number == graph.nodes:
                yield from _written(reader, field, graph.before, names, constants, longest)
            elif graph.nodes == NODE and field.number == _INPUT:
                yield from _of_input(reader, field, graph.before, model)


def _name(reader: WireReader, field: WireField) -> str:
    return reader.glance(field.value, field.length).decode(errors="surrogateescape")


def _written(
    reader: WireReader, node: WireField, before: str, names: set[str], constants: set[str], longest: int
) -> Iterator[str]:
    """Yield the outputs of a node that are called as tensors; each of ``constants`` is one, and is left out of them.

    None of the names has more than ``longest`` bytes.
    """
    for field in reader.fields(node.value, node.end):
        if field.number != _OUTPUT or field.kind != BYTES or not 0 < field.length <= longest:
            continue
        name = before + _name(reader, field)
        if name in constants:
            constants.remove(name)
        elif name in names:
            yield f"a node writes {quoted(name)}, too, which a loader takes in its place, or refuses the model"


def _of_input(reader: WireReader, message: WireField, before: str, model: ModelContent) -> Iterator[str]:
    """Yield that an input is called as a tensor, and is none such."""
    name, stated = "", None
    for field in reader.fields(message.value, message.end):
        if field.number == 1 and field.kind == BYTES:
            name = before + _name(reader, field)
        elif field.number == _TYPE_OF_VALUE and field.kind == BYTES:
            stated = field
    found = model.initializers.get(name)
    if found is None:
        return
    if found.of_node:
        yield f"its input {quoted(name)} is called as the output of a Constant node, so that loaders refuse the model"
    elif stated is not None and not _fits(reader, stated, found):
        yield f"its input {quoted(name)} has another shape or number format than the tensor of this name, so that ONNX Runtime refuses the model"


def _fits(reader: WireReader, stated: WireField, found: Initializer) -> bool:
    """Tell whether a type is that of a tensor; sizes that are names, or less than 0, are not known."""
    arrays, others = [], False
    for field in reader.fields(stated.value, stated.end):
        if field.kind == BYTES:
            arrays += [field] if field.number == _ARRAY else []
            others = others or field.number in _OTHERS
    if others or not arrays:
        return not others
    element, shape = 0, None
    for field in reader.fields(arrays[-1].value, arrays[-1].end):
        if field.number == _ELEMENT and field.kind == NUMBER:
            element = word(field.value)
        elif field.number == _SHAPE and field.kind == BYTES:
            shape = [_size(reader, one) for one in reader.fields(field.value, field.end) if one.number == 1]
    sizes = found.entry.shape if found.sparse is None else found.sparse
    if element != found.entry.type:
        return False
    return shape is None or (
        len(shape) == len(sizes) and all(one in (-1, size) for one, size in zip(shape, sizes, strict=True))
    )


def _size(reader: WireReader, axis: WireField) -> int:
    """Return the size of an axis, -1 if none is stated."""
    size = -1
    for field in reader.fields(axis.value, axis.end) if axis.kind == BYTES else ():
        if field.number in {1, 2}:
            size = max(-1, signed(field.value)) if field.number == 1 and field.kind == NUMBER else -1
    return size
