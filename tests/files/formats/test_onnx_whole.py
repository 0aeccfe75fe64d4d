"""What holds no weights of an ONNX model is looked at for faults, and for names that tensors have."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

import winitgen
from tests.files.formats.onnx_files import constant, content, graph, model, node, number, raw, tensor, varint
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights

W = tensor("w", 1, (2, 3), raw(struct.pack("<6f", *range(6))))
CUT = b"\x0a\x05ab"
"""A message that ends within its first field."""

LONG = b"\xff" * 10 + b"\1"


def told(found: bytes, folder: Path) -> list[str]:
    """Return what a loader takes otherwise of a model."""
    (folder / "w.onnx").write_bytes(found)
    with open_weights(folder / "w.onnx") as weights:
        return [one.text for one in weights.others if one.misread]


def in_graph(field: int, message: bytes) -> bytes:
    """Return a model with a further field in its graph."""
    return model(graph([W]) + content(field, message))


def in_attribute(message: bytes) -> bytes:
    """Return a model with an attribute of a node."""
    return model(graph([W], [node("n", "Other", {"a": message})]))


TYPE = content(1, number(1, 1) + content(2, content(1, CUT)))
FAULTY = {
    "the type of an input": in_graph(11, content(1, "x") + content(2, TYPE)),
    "an output": in_graph(12, CUT),
    "an inner value": in_graph(13, content(2, content(4, content(1, content(9, content(1, CUT)))))),
    "an annotation": in_graph(14, content(2, CUT)),
    "metadata of the graph": in_graph(16, CUT),
    "metadata of a tensor": model(graph([W + content(16, CUT)])),
    "a segment": model(graph([tensor("v", 1, (1,), content(3, CUT))])),
    "a tensor of a node": in_attribute(content(5, CUT)),
    "tensors of a node": in_attribute(content(10, content(13, CUT))),
    "a sparse tensor of a node": in_attribute(content(22, content(2, CUT))),
    "a type of a node": in_attribute(content(14, content(5, content(2, content(8, CUT))))),
    "where a node is computed": model(graph([W], [content(10, content(2, content(4, content(2, CUT))))])),
    "a graph for training": model(graph([W]), more=content(20, content(1, content(1, CUT)))),
    "a function": model(graph([W]), more=content(25, content(1, "f") + content(9, CUT))),
    "devices": model(graph([W]), more=content(26, CUT)),
    "whole numbers of a node": in_attribute(content(8, b"\1\x80")),
}
FIELD = "it ends within a field"
OTHERS = {
    "a long number": (in_attribute(content(8, LONG)), "it has a number that is too long"),
    "a long number in a tensor": (
        in_attribute(content(5, content(7, LONG))),
        "it has a number that is too long",
    ),
    "floats": (in_attribute(content(7, bytes(7))), "it ends within a number"),
    "doubles": (in_attribute(content(5, content(10, bytes(12)))), "it ends within a number"),
}


@pytest.mark.parametrize(
    ("found", "why"),
    [*((found, FIELD) for found in FAULTY.values()), *OTHERS.values()],
    ids=[*FAULTY, *OTHERS],
)
def test_faults_where_no_weights_are(found: bytes, why: str, tmp_path: Path) -> None:
    """A model that no library of Protocol Buffers parses is damaged, wherever the fault is."""
    with pytest.raises(UnreadableError) as error:
        told(found, tmp_path)

    assert f"{tmp_path / 'w.onnx'} is a damaged ONNX model: {why}" == str(error.value)


def test_what_is_skipped(tmp_path: Path) -> None:
    """Fields of another kind than their message says, and those of no message, are passed over; so are texts."""
    skipped = [
        in_graph(10, CUT),
        in_graph(99, CUT),
        in_attribute(content(3, CUT)),
        in_attribute(content(4, CUT)),
    ]
    skipped += [in_attribute(number(5, 7)), in_attribute(content(8, b"\xff" * 9 + b"\1"))]

    assert [[]] * 6 == [told(found, tmp_path) for found in skipped]


def test_long_lists_are_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that is too long is found where one piece goes over into the next, and a right one is none."""
    from winitgen.files.formats.onnx import whole_message

    monkeypatch.setattr(whole_message, "_AT_ONCE", 4)
    for before in range(8):
        right = content(8, bytes(before) + b"\xff" * 9 + b"\1" + varint(300))

        assert [] == told(in_attribute(right), tmp_path)
        with pytest.raises(UnreadableError, match="it has a number that is too long"):
            told(in_attribute(content(8, bytes(before) + LONG)), tmp_path)


def test_messages_in_too_many_others(tmp_path: Path) -> None:
    """The libraries parse messages in 100 others; a type may be that of a row of rows."""
    inner = b""
    for _ in range(48):
        inner = content(4, content(1, inner))

    assert [] == told(in_graph(13, content(2, inner)), tmp_path)
    with pytest.raises(UnreadableError, match="it has messages in more than 100 others"):
        told(in_graph(13, content(2, content(4, content(1, inner)))), tmp_path)


def writes(*outputs: str) -> bytes:
    """Return a node with outputs."""
    return content(1, "x") + b"".join(content(2, one) for one in outputs) + content(4, "Neg")


def value(name: str, kind: int, *sizes: int | str) -> bytes:
    """Return what a graph says of an input; a size that is a text is a name."""
    axes = [content(1, number(1, one) if isinstance(one, int) else content(2, one)) for one in sizes]
    return content(1, name) + content(2, content(1, number(1, kind) + content(2, b"".join(axes))))


def test_outputs_called_as_tensors(tmp_path: Path) -> None:
    """A node that writes a value with the name of a tensor differs, also in a graph of a node; each graph has names of its own."""
    k = constant("k", "value_int", number(3, 1))
    inside = node("n", "If", {"then_branch": content(6, graph([W], [writes("w")]))})
    beside = node(
        "n", "If", {"then_branch": content(6, graph([], [writes("w")])), "b": content(6, graph([W]))}
    )

    assert [] == told(model(graph([W], [writes("y"), k, beside])), tmp_path)
    for name, nodes in (("w", [writes("y", "w")]), ("k", [writes("k"), k]), ("k", [k, writes("k")])):
        assert [
            f"a node writes '{name}', too, which a loader takes in its place, or refuses the model"
        ] == told(model(graph([W], nodes)), tmp_path)
    assert [
        "a node writes 'n/then_branch/w', too, which a loader takes in its place, or refuses the model"
    ] == told(model(graph([W], [inside])), tmp_path)


@pytest.mark.parametrize(
    "other",
    [
        value("w", 1, 3, 3),
        value("w", 1, 2, 3, 1),
        value("w", 1),
        value("w", 10, 2, 3),
        content(1, "w") + content(2, content(4, b"")),
    ],
    ids=["size", "axes", "scalar", "format", "a row"],
)
def test_inputs_called_as_tensors(other: bytes, tmp_path: Path) -> None:
    """An input may have the name of a tensor if it is of its shape and format, as far as that says so."""
    fine = [
        value("w", 1, 2, 3),
        value("w", 1, "n", 3),
        value("w", 1, -1, 3),
        content(1, "w"),
        value("v", 1, 9),
    ]

    assert [[]] * 5 == [told(in_graph(11, one), tmp_path) for one in fine]
    assert [[]] * 2 == [told(in_graph(field, other), tmp_path) for field in (12, 13)]
    assert [
        "its input 'w' has another shape or number format than the tensor of this name, so that ONNX Runtime refuses the model"
    ] == told(in_graph(11, other), tmp_path)


def test_an_input_called_as_a_constant(tmp_path: Path) -> None:
    """An input cannot be the output of a node."""
    inside = graph([W], [constant("k", "value_int", number(3, 1))]) + content(11, value("k", 7))

    assert [
        "its input 'k' is called as the output of a Constant node, so that loaders refuse the model"
    ] == told(model(inside), tmp_path)


def test_verify_differs(tmp_path: Path) -> None:
    """``verify`` does not pass a model of which a node writes a tensor."""
    spec = {"layers": [{"type": "param", "name": "w", "shape": [2], "init": "zeros"}]}
    zeros = tensor("w", 1, (2,), raw(bytes(8)))
    (tmp_path / "w.onnx").write_bytes(model(graph([zeros])))

    assert "verified" == winitgen.verify(tmp_path / "w.onnx", spec)["status"]
    (tmp_path / "w.onnx").write_bytes(model(graph([zeros], [writes("w")])))
    with pytest.raises(winitgen.DiffersError) as error:
        winitgen.verify(tmp_path / "w.onnx", spec)
    why = "a node writes 'w', too, which a loader takes in its place, or refuses the model"
    assert f"{tmp_path / 'w.onnx'}: {why}" == str(error.value)
