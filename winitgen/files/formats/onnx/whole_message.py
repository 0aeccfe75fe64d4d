"""Whether a model is a message as a whole: also what holds no weights, as the types of inputs, is parsed by loaders, which refuse the model for a fault in it.

The messages are those of ``onnx.proto`` of onnx 1.23; a field that is not of its form there is skipped, as Protocol Buffers skip it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from winitgen.files.formats.onnx.wire import BYTES, LONGEST_NUMBER, WireFault, WireField, WireReader

DEEPEST = 100
"""Messages in one another that the libraries of Protocol Buffers parse."""

_NUMBERS, _FOURS, _EIGHTS = "numbers", "fours", "eights"
_SIZES = {_FOURS: 4, _EIGHTS: 8}
_AT_ONCE = 1 << 16

_FORMS: dict[str, Mapping[int, str]] = {
    "model": {7: "graph", 8: "pair", 14: "pair", 20: "training", 25: "function", 26: "pair"},
    "graph": {
        **dict.fromkeys((11, 12, 13), "value"),
        1: "node",
        5: "initializer",
        14: "annotation",
        15: "sparse",
        16: "pair",
    },
    "function": {7: "node", 9: "pair", 11: "attribute", 12: "value", 14: "pair"},
    "training": {1: "graph", 2: "graph", 3: "pair", 4: "pair"},
    "node": {5: "attribute", 9: "pair", 10: "placement"},
    "attribute": {
        **dict.fromkeys((5, 10), "tensor"),
        **dict.fromkeys((6, 11), "graph"),
        **dict.fromkeys((14, 15), "type"),
        **dict.fromkeys((22, 23), "sparse"),
        7: _FOURS,
        8: _NUMBERS,
    },
    "initializer": {1: _NUMBERS, 3: "pair", 13: "pair", 16: "pair"},  # a fault in its values is its own
    "tensor": {
        **dict.fromkeys((1, 5, 7, 11), _NUMBERS),
        **dict.fromkeys((3, 13, 16), "pair"),
        4: _FOURS,
        10: _EIGHTS,
    },
    "sparse": {1: "tensor", 2: "tensor", 3: _NUMBERS},
    "value": {2: "type", 4: "pair"},
    "type": {1: "array", 4: "inner", 5: "table", 7: "pair", 8: "array", 9: "inner"},
    "inner": {1: "type"},
    "table": {2: "type"},
    "array": {2: "shape"},
    "shape": {1: "pair"},
    "annotation": {2: "pair"},
    "placement": {2: "sharding"},
    "sharding": {2: _NUMBERS, 3: "group", 4: "axis"},
    "group": {2: _NUMBERS},
    "axis": {2: "pair"},
    "pair": {},  # and all others in which no message is
}


def check_message(reader: WireReader) -> None:
    """Raise `WireFault` for a model that is no message as a whole; no field is held in memory."""
    waiting: list[tuple[Mapping[int, str], Iterator[WireField]]] = [
        (_FORMS["model"], reader.fields(0, reader.size))
    ]
    while waiting:
        form, fields = waiting[-1]
        field = next(fields, None)
        if field is None:
            waiting.pop()
            continue
        kind = form.get(field.number) if field.kind == BYTES else None
        if kind in _FORMS:
            if len(waiting) > DEEPEST:
                raise WireFault(f"it has messages in more than {DEEPEST} others")
            waiting.append((_FORMS[kind], reader.fields(field.value, field.end)))
        elif kind == _NUMBERS:
            _check_numbers(reader, field)
        elif kind is not None and field.length % _SIZES[kind]:
            raise WireFault("it ends within a number")


def _check_numbers(reader: WireReader, field: WireField) -> None:
    """Raise `WireFault` unless a field is a list of numbers of variable length."""
    begin, run = field.value, 0
    while begin < field.end:
        content = reader.glance(begin, min(_AT_ONCE, field.end - begin))
        begin += len(content)
        run = _longest_run(content, run)
    if run:
        raise WireFault("it ends within a field")


def _longest_run(content: bytes, run: int) -> int:
    """Return how many bytes of a number stand at the end, ``run`` of one before these bytes; raise `WireFault` for one that is too long."""
    import re

    head = len(content) - len(content.lstrip(_HIGH))
    if run + head >= LONGEST_NUMBER or re.search(rb"[\x80-\xff]{%d}" % LONGEST_NUMBER, content):
        raise WireFault("it has a number that is too long")
    return run + head if head == len(content) else len(content) - len(content.rstrip(_HIGH))


_HIGH = bytes(range(128, 256))
