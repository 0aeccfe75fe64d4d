"""Tensors that ONNX's Constant nodes hold: listed under the names of their outputs, and no weights that a spec misses."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

import winitgen
from tests.files.formats.onnx_files import constant, content, graph, model, node, number, raw, tensor, varint
from winitgen.files.input import open_weights

W = tensor("w.weight", 1, (2, 3), raw(struct.pack("<6f", *range(6))))
K = tensor("", 1, (3,), raw(struct.pack("<3f", 0.5, -2, 8)))


def floats(field: int, *values: float) -> bytes:
    """Return fields of 4 bytes each, as the package ``onnx`` writes them."""
    return b"".join(bytes([field << 3 | 5]) + struct.pack("<f", value) for value in values)


def read(found: bytes, folder: Path) -> dict[str, tuple[str, tuple[int, ...], object]]:
    """Return format, shape and values of each tensor, or why they are not read."""
    (folder / "w.model").write_bytes(found)
    with open_weights(folder / "w.model") as weights:
        return {
            one.name: (one.dtype, one.shape, one.unread or one.read(0, one.size).tolist())
            for one in weights.tensors
        }


def test_every_attribute(tmp_path: Path) -> None:
    """A tensor, a sparse one, numbers and texts and rows of them, whose numbers are fields of their own or one list."""
    places = (
        content(1, tensor("", 1, (1,), raw(bytes(4))))
        + content(2, tensor("", 7, (1,)))
        + number(3, 2)
        + number(3, 5)
    )
    packed = content(8, varint(3) + varint(-4)), content(7, struct.pack("<2f", 1.5, 2.5))
    nodes = {
        "t": ("value", content(5, K)),
        "s": ("sparse_value", content(22, places)),
        "f": ("value_float", floats(2, 0.25)),
        "fs": ("value_floats", floats(7, 0.25, -1)),
        "fp": ("value_floats", packed[1]),
        "i": ("value_int", number(3, -7)),
        "is": ("value_ints", number(8, 5) + number(8, -(2**62))),
        "ip": ("value_ints", packed[0]),
        "no": ("value_ints", b""),
        "c": ("value_string", content(4, "abc")),
        "cs": ("value_strings", content(9, "a") + content(9, "b")),
    }
    text = "its values are text, not numbers"

    assert {
        "w.weight": ("float32", (2, 3), [0, 1, 2, 3, 4, 5]),
        "t": ("float32", (3,), [0.5, -2, 8]),
        "s": ("float32", (2, 5), "its values are sparse"),
        "f": ("float32", (), [0.25]),
        "fs": ("float32", (2,), [0.25, -1]),
        "fp": ("float32", (2,), [1.5, 2.5]),
        "i": ("int64", (), [-7]),
        "is": ("int64", (2,), [5, -(2**62)]),
        "ip": ("int64", (2,), [3, -4]),
        "no": ("int64", (0,), []),
        "c": ("text", (), text),
        "cs": ("text", (2,), text),
    } == read(model(graph([W], [constant(name, *one) for name, one in nodes.items()])), tmp_path)


def test_where_constants_stand(tmp_path: Path) -> None:
    """Those of inner graphs and of functions are named behind these, as initializers are."""
    inner = node(
        "If_3", "If", {"then_branch": content(6, graph([], [constant("k", "value", content(5, K))]))}
    )
    function = content(25, content(1, "f") + content(7, constant("k", "value_int", number(3, 1))))
    found = read(model(graph([W], [inner]), more=function), tmp_path)

    assert {"w.weight", "If_3/then_branch/k", "f/k"} == {*found}
    assert [0.5, -2, 8] == found["If_3/then_branch/k"][2]


@pytest.mark.parametrize(
    "bad",
    [
        constant("k", "value", content(5, K), more=content(7, "com.other")),
        constant("", "value", content(5, K)),
        constant("k", "other", content(5, K)),
        constant("k", "value", content(5, K), more=content(5, content(1, "value") + content(5, K))),
        content(4, "Constant") + content(5, content(1, "value") + content(5, K)),
        constant("k", "value", content(5, K) + content(21, "given")),
    ],
    ids=["domain", "no name", "attribute", "two attributes", "no output", "an attribute of the function"],
)
def test_what_is_no_constant(bad: bytes, tmp_path: Path) -> None:
    """A node of another domain, without an output, or with an attribute that a Constant has not, is counted alone."""
    assert {"w.weight"} == {*read(model(graph([W], [bad])), tmp_path)}
    line = "1 of its nodes holds a tensor of its own, as ConstantOfShape does, not read"
    assert [line] == winitgen.inspect(tmp_path / "w.model")["notes"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("value", content(5, tensor("", 1, (1,))) + content(5, K)),
        ("value", content(5, K) + floats(7, 7.0)),
        ("value", content(5, K) + number(20, 6)),
        ("value_int", number(3, 1) + number(20, 7)),
        ("value_ints", number(8, 1) + number(3, 2)),
    ],
    ids=["two tensors", "numbers", "type of numbers", "type of a row", "a number"],
)
def test_a_value_of_which_loaders_take_another(key: str, value: bytes, tmp_path: Path) -> None:
    """Protocol Buffers merge messages that stand twice, and the loaders go by the type that an attribute states."""
    (tmp_path / "w.onnx").write_bytes(model(graph([W], [constant("k", key, value)])))
    text = "the Constant node of 'k' has its value twice, or another one than its type says, of which loaders may take either"

    assert text in winitgen.inspect(tmp_path / "w.onnx")["notes"]
    with pytest.raises(winitgen.UnreadableError) as caught:
        winitgen.convert(tmp_path / "w.onnx", tmp_path / "w.npz")
    assert text in str(caught.value)


def test_the_type_of_a_value(tmp_path: Path) -> None:
    """The right one, and none, say nothing else."""
    nodes = [
        constant("k", "value", content(5, K) + number(20, 4)),
        constant("l", "value_ints", number(8, 1) + number(20, 7)),
        constant("m", "value_float", floats(2, 0.5) + number(20, 0)),
    ]
    (tmp_path / "w.onnx").write_bytes(model(graph([W], nodes)))

    assert 1 == len(winitgen.inspect(tmp_path / "w.onnx")["notes"])


def test_an_output_twice(tmp_path: Path) -> None:
    """No graph may have it: loaders refuse the model."""
    (tmp_path / "w.model").write_bytes(model(graph([W], [constant("w.weight", "value", content(5, K))])))

    assert (
        "it has 'w.weight' twice, of which a loader takes the last, or refuses the model"
        in winitgen.inspect(tmp_path / "w.model")["notes"]
    )


def test_verify_and_diff(tmp_path: Path) -> None:
    """A constant is compared if the spec has it, and is none that the spec misses; ``diff`` compares all."""
    spec = {"input": 3, "layers": [{"name": "w", "type": "dense", "units": 2, "use_bias": False}]}
    values = winitgen.generate(spec)["w.weight"]
    weight = tensor("w.weight", 1, (2, 3), raw(values.tobytes()))
    path, other = tmp_path / "w.onnx", tmp_path / "v.onnx"
    path.write_bytes(model(graph([weight], [constant("k", "value", content(5, K))])))
    other.write_bytes(model(graph([], [constant("w.weight", "value", content(5, weight))])))
    note = "1 of its tensors, such as 'k', is the value of a Constant node: verify compares those that the spec has"

    assert note in winitgen.verify(path, spec)["notes"]
    assert "agrees" == winitgen.verify(path, spec, statistics=True)["verdict"]
    assert winitgen.verify(other, spec)
    found = winitgen.diff(path, other)
    assert not found["equal"]
    other.write_bytes(model(graph([], [constant("w.weight", "value", content(5, W))])))
    with pytest.raises(winitgen.DiffersError):
        winitgen.verify(other, spec)


def test_a_lone_number_is_read_once(tmp_path: Path) -> None:
    """The fields of each attribute are gone through for graphs, the value and faults, those of the node also for names, and no further time."""
    from winitgen.files.formats.onnx import wire

    passes: list[tuple[int, int]] = []
    fields = wire.WireReader.fields

    def counted(self: wire.WireReader, begin: int, end: int) -> Iterator[wire.WireField]:
        passes.append((begin, end))
        return fields(self, begin, end)

    nodes = [constant(f"c{index}", "value_int", number(3, index)) for index in range(50)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire.WireReader, "fields", counted)
        found = read(model(graph(nodes=nodes)), tmp_path)
    assert [("int64", (), [index]) for index in range(50)] == [found[f"c{index}"] for index in range(50)]
    assert 6 * 50 + 20 > len(passes)
