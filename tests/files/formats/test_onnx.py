"""ONNX models: values in every format and form, names of inner graphs, what is not read, and what is no model."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

import winitgen
from tests.files.formats.onnx_files import content, graph, model, node, number, pair, raw, tensor, varint
from tests.files.formats.onnx_recorded import RECORDED, Recorded
from winitgen.errors import UnreadableError, UsageError
from winitgen.files.formats.onnx import varints
from winitgen.files.input import open_weights
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.stored_array import DamagedValuesError


def written(found: bytes, folder: Path) -> Path:
    """Write a file under a name that claims nothing."""
    path = folder / "w.model"
    path.write_bytes(found)
    return path


def refusal(found: bytes, folder: Path) -> str:
    """Return the message about a file, without its path."""
    path = written(found, folder)
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass
    return str(caught.value).removeprefix(str(path))


def notes(found: bytes, folder: Path) -> list[str]:
    """Return what is told of a file, and whether it may be misread."""
    with open_weights(written(found, folder)) as weights:
        return [f"{'differs' if one.misread else 'note'}: {one.text}" for one in weights.others]


def reasons(found: bytes, folder: Path) -> dict[str, str]:
    """Return why the values of each tensor are not read."""
    with open_weights(written(found, folder)) as weights:
        return {one.name: one.unread for one in weights.tensors}


@pytest.mark.parametrize("form", ["raw", "listed"])
@pytest.mark.parametrize("row", RECORDED, ids=lambda row: row.dtype)
def test_values_as_onnx_writes_them(row: Recorded, form: str, tmp_path: Path) -> None:
    """Every format that has numbers, as raw bytes and as a list of numbers; from any place on."""
    message = bytes.fromhex(getattr(row, form))
    with open_weights(written(model(graph([message])), tmp_path)) as weights:
        (found,) = weights.tensors
        wide = complex if row.dtype.startswith("complex") else float

        assert ("onnx", "w", row.dtype, (3,)) == (weights.format, found.name, found.dtype, found.shape)
        assert row.values == found.read(0, 3).astype(wide).tolist()
        assert row.values[1:] == found.read(1, 2).astype(wide).tolist()


def test_figures_and_copies(tmp_path: Path) -> None:
    """Figures are those of the values; a copy is made of every format that others have, if the values fill bytes."""
    rows = [
        (row.dtype, bytes.fromhex(row.listed).replace(b"\x42\1w", content(8, row.dtype))) for row in RECORDED
    ]
    path = written(model(graph([message for _, message in rows])), tmp_path)
    packed = ["uint4", "int4", "F4", "uint2", "int2", "F6_E2M3", "F6_E3M2"]
    for row, found in zip(RECORDED, winitgen.inspect(path)["tensors"], strict=True):
        mean = found["statistics"]["mean"]

        assert row.dtype == found["name"] == found["dtype"]
        assert np.mean(row.values) == pytest.approx(
            complex(*mean) if isinstance(mean, list) else mean, rel=1e-6
        )
    with pytest.raises(UsageError) as caught:
        winitgen.convert(path, tmp_path / "w.safetensors", ignore=["uint4"])
    line = f"'int4' of {path} is int4, which cannot be copied; leave it out with --ignore int4"
    assert line == str(caught.value)
    with open_weights(path) as weights:
        assert packed == [one.name for one in weights.tensors if not one.copiable]
    ignore = [*packed, "complex128"]
    winitgen.convert(path, tmp_path / "w.safetensors", ignore=ignore, fsync=False)
    assert winitgen.diff(path, tmp_path / "w.safetensors", ignore=ignore)["equal"]


def test_a_real_copy(tmp_path: Path) -> None:
    """Values of a list arrive in another file, those of 4 bits as the bytes that they share."""
    values = [0, 1, -1, 300, -(2**40), 2**63 - 1]
    numbers = content(7, b"".join(map(varint, values)))
    tensors = [tensor("a.w", 7, (2, 3), numbers), tensor("b", 23, (2, 4), raw(b"\x10\x32\x54\x76"))]
    path = written(model(graph(tensors)), tmp_path)
    winitgen.convert(path, tmp_path / "w.safetensors", fsync=False)
    with open_weights(tmp_path / "w.safetensors") as copied:
        by_name = {one.name: one for one in copied.tensors}

        assert values == by_name["a.w"].read(0, 6).tolist()
        assert [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0] == by_name["b"].read(0, 8).tolist()
    winitgen.convert(path, tmp_path / "a.safetensors", ignore=["b"], fsync=False)
    assert values == load_file(tmp_path / "a.safetensors")["a.w"].reshape(-1).tolist()


def test_long_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any run of numbers is read, wherever those of one to ten bytes cross the blocks in which they are counted."""
    monkeypatch.setattr(varints, "_BLOCK", 16)
    chance = np.random.default_rng(8)
    values = [int(chance.integers(-(2**62), 2**62)) >> int(chance.integers(0, 62)) for _ in range(300)]
    message = tensor("w", 7, (300,), content(7, b"".join(map(varint, values))))
    with open_weights(written(model(graph([message])), tmp_path)) as weights:
        (found,) = weights.tensors
        for start in (0, 1, 7, 150, 298, 299):
            for count in (0, 1, 2, 33, 300):
                assert values[start : start + count] == found.read(start, min(count, 300 - start)).tolist()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        pytest.param(b"\1\2\3\4", "it has 4 numbers where its shape needs 3", id="more"),
        pytest.param(b"\1\2\x83\1\x80", "it has 3 numbers where its shape needs 3", id="open"),
        pytest.param(b"\x80" * 11 + b"\1\2\3", "it has a number that is too long", id="long"),
    ],
)
def test_damaged_lists(values: bytes, why: str, tmp_path: Path) -> None:
    """What is wrong with a list is known when its values are read, and hides no other tensor."""
    tensors = [tensor("w", 7, (3,), content(7, values)), tensor("b", 1, (1,), raw(b"\0\0\x80\x3f"))]
    path = written(model(graph(tensors)), tmp_path)
    with open_weights(path) as weights:
        with pytest.raises(DamagedValuesError) as caught:
            weights.tensors[0].read(0, 3)
        assert [1.0] == weights.tensors[1].read(0, 1).tolist()

    assert f"{path} is a damaged ONNX model: the values of 'w': {why}" == str(caught.value)
    assert why == caught.value.why
    assert ["w"] == [one["name"] for one in winitgen.inspect(path)["tensors"] if one.get("unread")]


@pytest.mark.parametrize(
    ("kind", "one", "more", "text"),
    [
        (10, 15360, 1 << 16, "16 bits in its list, for which ONNX Runtime refuses the model"),
        (16, 16256, -(1 << 16), "16 bits in its list, for which ONNX Runtime refuses the model"),
        (17, 56, 1 << 20, "8 bits in its list, for which ONNX Runtime refuses the model"),
        (20, 0x40, -256, "8 bits in its list, for which ONNX Runtime refuses the model"),
        (9, 0, 1 << 9, "8 bits in its list, which are true for ONNX Runtime and false for the package onnx"),
        (10, 15360, 1 << 32, ""),
        (9, 1, 1 << 9, ""),
        (2, 1, 1 << 8, ""),
        (5, 1, 1 << 16, ""),
    ],
    ids=range(9),
)
def test_numbers_of_more_bits(kind: int, one: int, more: int, text: str, tmp_path: Path) -> None:
    """Higher bits than a format has are cut off, and told if ONNX Runtime refuses them, or takes them for another boolean."""
    values = content(5, varint(one) + varint(one + more))
    path = written(model(graph([tensor("w", kind, (2,), values)])), tmp_path)
    told = [OtherReading(f"'w' has numbers of more than {text}")] if text else []
    with open_weights(path) as weights:
        assert weights.tensors[0].read(0, 1).tobytes() == weights.tensors[0].read(1, 1).tobytes()
        assert told == weights.late(False)
    with open_weights(path) as weights:
        weights.tensors[0].read(0, 1)
        assert [] == weights.late(False)
        assert told == weights.late(True)


def test_a_damaged_list_that_is_left_out(tmp_path: Path) -> None:
    """What nothing compared is told, too."""
    values = content(5, varint(15360))
    with open_weights(written(model(graph([tensor("w", 10, (2,), values)])), tmp_path)) as weights:
        assert [
            OtherReading("the values of 'w' are damaged: it has 1 numbers where its shape needs 2")
        ] == weights.late(True)


def test_one_long_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that goes on for blocks is damage, not an endless search."""
    monkeypatch.setattr(varints, "_BLOCK", 16)
    message = tensor("w", 7, (9,), content(7, b"\1" + b"\x80" * 60 + b"\1" * 8))
    with (
        open_weights(written(model(graph([message])), tmp_path)) as weights,
        pytest.raises(DamagedValuesError, match="it has a number that is too long"),
    ):
        weights.tensors[0].read(1, 1)


def test_shapes_and_metadata(tmp_path: Path) -> None:
    """Sizes may be a list or fields of their own; a scalar has none. What the model says of itself is shown."""
    sizes = content(1, varint(2) + varint(3))
    tensors = [
        sizes + number(2, 2) + content(8, "listed") + raw(bytes(6)),
        tensor("scalar", 10, (), raw(b"\0\x3e")),
        tensor("empty", 1, (0, 4)),
    ]
    more = content(14, pair("author", "me")) + number(5, 3) + content(8, content(1, "own") + number(2, 1))
    with open_weights(written(model(graph(tensors), more=more), tmp_path)) as weights:
        rows = [(one.name, one.shape, one.read(0, one.size).tolist()) for one in weights.tensors]

        assert [("listed", (2, 3), [0] * 6), ("scalar", (), [1.5]), ("empty", (0, 4), [])] == rows
        assert {
            "producer_name": "maker",
            "graph": "main",
            "author": "me",
            "model_version": "3",
            "opset": "ai.onnx 21, own 1",
        } == weights.metadata
        size = weights.facts["file_bytes"]
        assert {
            "file_bytes": size,
            "header_bytes": int(size) - 8,
            "ir_version": 10,
            "files": 1,
        } == weights.facts
        assert [] == list(weights.others)


def test_graphs_inside(tmp_path: Path) -> None:
    """Initializers of branches are named behind their node, of a node without a name behind its operator and its number."""
    ones = [tensor("w", 1, (1,), raw(struct.pack("<f", value))) for value in (1, 2, 3, 4)]
    deep = graph([ones[3]], [node("loop", "Loop", {"body": content(6, graph([ones[2]]))})])
    nodes = [
        node("", "Relu", {}),
        node("", "If", {"then_branch": content(6, graph([ones[1]])), "else_branch": content(6, deep)}),
    ]
    function = content(25, content(1, "F") + content(7, nodes[1]))
    with open_weights(written(model(graph([ones[0]], nodes), more=function), tmp_path)) as weights:
        assert {
            "w": [1.0],
            "If_1/then_branch/w": [2.0],
            "If_1/else_branch/w": [4.0],
            "If_1/else_branch/loop/body/w": [3.0],
            "F/If_0/then_branch/w": [2.0],
            "F/If_0/else_branch/w": [4.0],
            "F/If_0/else_branch/loop/body/w": [3.0],
        } == {one.name: one.read(0, 1).tolist() for one in weights.tensors}


def test_what_is_not_read(tmp_path: Path) -> None:
    """Each tensor has its reason, and the others are shown."""
    own = tensor("own", 1, (1,), raw(bytes(4)))
    value = tensor("sparse", 1, (2,), raw(bytes(8)))
    places = (
        content(1, value) + content(2, tensor("i", 7, (2,), raw(bytes(16)))) + number(3, 2) + number(3, 5)
    )
    tensors = [
        own,
        tensor("text", 8, (2,), content(6, "a") + content(6, "b")),
        tensor("new", 29, (2,), raw(bytes(2))),
        tensor("none", 1, (2,)),
        tensor("short", 1, (2,), raw(bytes(7))),
        tensor("other", 1, (2,), content(5, b"\1\2")),
        tensor("few", 6, (3,), content(5, b"\1\2")),
        tensor("part", 1, (1,), content(3, number(1, 0)) + raw(bytes(4))),
        tensor("apart", 6, (2,), number(5, 1) + number(5, 2)),
        tensor("divided", 6, (2,), content(5, b"\1") + content(5, b"\2")),
        tensor("negative", 6, (-1,), raw(b"")),
        tensor("axes", 6, [1] * 65, raw(bytes(4))),
    ]
    assert {
        "own": "",
        "text": "its values are text, not numbers",
        "new": "its number format, 29 in onnx.proto, is unknown",
        "none": "it has 0 bytes of values where its shape and number format need 8",
        "short": "it has 7 bytes of values where its shape and number format need 8",
        "other": "it has 0 bytes of values where its shape and number format need 8",
        "few": "its list has 2 bytes, which cannot be the 3 numbers that its shape needs",
        "part": "it is a segment of a tensor, and onnx reads none",
        "apart": "each of its int32_data is a field of its own, which is not read",
        "divided": "its int32_data stand in several places",
        "negative": "its shape is not one of a tensor",
        "axes": "its shape is not one of a tensor",
        "sparse": "its values are sparse",
    } == reasons(model(graph(tensors, sparse=[places])), tmp_path)
    with open_weights(tmp_path / "w.model") as weights:
        rows = {one.name: (one.dtype, one.shape) for one in weights.tensors}

    assert ("text", (2,)) == rows["text"]
    assert ("type 29", (2,)) == rows["new"]
    assert ("float32", (2, 5)) == rows["sparse"]


def test_what_loaders_may_take_otherwise(tmp_path: Path) -> None:
    """A second tensor of a name and values in two forms differ; tensors of nodes and graphs for training are noted."""
    one, two = (tensor("w", 1, (1,), raw(struct.pack("<f", value))) for value in (1, 2))
    both = tensor("w", 1, (1,), content(4, struct.pack("<f", 1)) + raw(struct.pack("<f", 2)))
    other = node("k", "ConstantOfShape", {"value": content(5, one)})
    line = "differs: it has 'w' twice, of which a loader takes the last, or refuses the model"

    assert [line] == notes(model(graph([one, two])), tmp_path)
    with open_weights(tmp_path / "w.model") as weights:
        assert [[2.0]] == [found.read(0, 1).tolist() for found in weights.tensors]
    line = "differs: 'w' has its values in float_data, too, which no loader should take"
    assert [line] == notes(model(graph([both])), tmp_path)
    with open_weights(tmp_path / "w.model") as weights:
        assert [2.0] == weights.tensors[0].read(0, 1).tolist()
    line = "note: 1 of its nodes holds a tensor of its own, as ConstantOfShape does, not read"
    assert [line] == notes(model(graph([one], [other])), tmp_path)
    line = "note: 2 of its nodes hold tensors of their own, as ConstantOfShape does, not read"
    assert [line] == notes(model(graph([one], [other, other])), tmp_path)
    line = "note: its graphs for training were not read"
    assert [line] == notes(model(graph([one]), more=content(20, b"")), tmp_path)


def test_a_name_of_the_format(tmp_path: Path) -> None:
    """A file that ends in .onnx has to be one."""
    path = tmp_path / "w.onnx"
    np.savez(tmp_path / "w.npz", a=np.ones(2))
    (tmp_path / "w.npz").rename(path)
    with open_weights(path) as weights:
        assert [
            "it holds npz, but its name ends in .onnx: a loader by that name reads something else of it, or nothing"
        ] == [one.text for one in weights.others]
    path.write_bytes(model(graph([])))
    with open_weights(path) as weights:
        assert [] == list(weights.others)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param(lambda found: found[:-30], "it ends within a field", id="cut"),
        pytest.param(
            lambda found: found.replace(b"\x42\1w", b"\x43\1w"),
            "it has a field of an unknown kind",
            id="kind",
        ),
        pytest.param(
            lambda found: found.replace(b"\x4a\x1e" + bytes(30), b"\x08" + b"\xff" * 31),
            "it has a number that is too long",
            id="long",
        ),
    ],
)
def test_damaged(change: Any, why: str, tmp_path: Path) -> None:
    """A message that onnx does not read either is damaged."""
    found = model(graph([tensor("w", 1, (1,), raw(bytes(30)))]))
    damaged = change(found)

    assert damaged != found
    assert f" is a damaged ONNX model: {why}" == refusal(damaged, tmp_path)


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    """The package onnx gives its bytes, so that the tensor is read, and noted."""
    path = tmp_path / "w.onnx"
    found = graph([tensor("w", 1, (1,), raw(bytes(4))), tensor("v", 1, (1,), raw(bytes(4)))])
    path.write_bytes(model(found).replace(b"\x42\1w", b"\x42\1\xff"))
    with open_weights(path) as weights:
        assert ["\udcff", "v"] == [one.name for one in weights.tensors]
        assert [0.0] == weights.tensors[0].read(0, 1).tolist()
        assert [
            (r"the name '\udcff' is not UTF-8, and the package onnx gives it as bytes", False)
        ] == weights.others


def test_a_long_name(tmp_path: Path) -> None:
    """Names are bounded."""
    found = model(graph([tensor("w" * 65_536, 1, (1,), raw(bytes(4)))]))

    assert " has a header that is too large to read: more than 65,535 bytes in one name" == refusal(
        found, tmp_path
    )


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        pytest.param(
            content(1, content(5, content(11, b"") * 20_001)),
            "20,000 graphs, or more than 32 inside one another",
            id="graphs",
        ),
        pytest.param(
            content(5, content(8, "n" * 60_000)) * 600, "33,554,432 bytes of names and texts", id="names"
        ),
    ],
)
def test_models_that_are_too_large(inside: bytes, what: str, tmp_path: Path) -> None:
    """What is kept of a model is bounded."""
    assert f" has a header that is too large to read: more than {what}" == refusal(model(inside), tmp_path)


def test_graphs_that_are_too_deep(tmp_path: Path) -> None:
    """Graphs inside graphs are read to a depth."""
    found = graph([tensor("w", 1, (1,), raw(bytes(4)))])
    for _ in range(32):
        found = graph([], [node("n", "If", {"b": content(6, found)})])
    with open_weights(written(model(found), tmp_path)) as weights:
        assert ["n/b/" * 32 + "w"] == [one.name for one in weights.tensors]
    line = (
        " has a header that is too large to read: more than 20,000 graphs, or more than 32 inside one another"
    )
    assert line == refusal(model(graph([], [node("n", "If", {"b": content(6, found)})])), tmp_path)


def test_fields_and_tensors_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So are the fields of all messages, and the tensors."""
    from winitgen.files.formats.onnx import model_content, wire

    found = model(graph([tensor(name, 1, (1,), raw(bytes(4))) for name in "abc"]))
    monkeypatch.setattr(model_content, "MOST_TENSORS", 2)
    assert " has a header that is too large to read: more than 2 tensors" == refusal(found, tmp_path)
    monkeypatch.setattr(wire, "MOST_FIELDS", 10)
    assert " has a header that is too large to read: more than 10 fields" == refusal(found, tmp_path)


ORDERS = {
    "graph first": lambda inside: content(7, inside) + number(1, 8),
    "operators first": lambda inside: (
        content(8, content(1, "") + number(2, 17)) + number(1, 8) + content(7, inside)
    ),
    "a long text": lambda inside: number(1, 8) + content(6, "line\n" * 1000) + content(7, inside),
    "no producer": lambda inside: number(1, 3) + content(7, inside),
    "properties": lambda inside: number(1, 3) + content(14, pair("a", "b\n")) + content(7, inside),
}


@pytest.mark.parametrize("order", ORDERS)
def test_fields_in_any_order(order: str, tmp_path: Path) -> None:
    """A model is known by all of its fields, whichever comes first."""
    found = ORDERS[order](graph([tensor("w", 1, (1,), raw(struct.pack("<f", 7)))]))
    with open_weights(written(found, tmp_path)) as weights:
        assert ("onnx", [7.0]) == (weights.format, weights.tensors[0].read(0, 1).tolist())


NO_MODELS = {
    "saved model of TensorFlow": number(1, 1) + content(2, content(1, content(5, "serve"))),
    "frozen graph of TensorFlow": content(1, content(1, "x") + content(2, "Placeholder"))
    + content(4, number(1, 22)),
    "Core ML": number(1, 4) + content(2, content(1, content(1, "x"))) + content(500, b""),
    "a version alone": number(1, 7) + content(2, "maker"),
    "two versions": number(1, 7) + number(1, 7) + content(7, graph()),
    "a version from the future": number(1, 100) + content(7, graph()),
    "an empty graph": number(1, 7) + content(7, b""),
    "a graph of something else": number(1, 7) + content(7, number(1, 1)),
    "operators of something else": number(1, 7) + content(8, content(3, "a")) + content(7, graph()),
    "a field of something else": number(1, 7) + content(9, "a") + content(7, graph()),
    "a producer of two lines": number(1, 7) + content(2, "a\nb") + content(7, graph()),
    "text": b'"A text that begins with a quote.\n',
}


@pytest.mark.parametrize("what", NO_MODELS)
def test_messages_of_other_programs(what: str, tmp_path: Path) -> None:
    """A message is not taken for a model unless its fields are those of one."""
    assert " is a damaged ONNX model" not in refusal(NO_MODELS[what], tmp_path)


def test_other_containers_stay_what_they_are(tmp_path: Path) -> None:
    """A model behind the beginning of another container is not looked for."""
    from safetensors.numpy import save

    found = save({"w": np.ones(2, "f4")})
    with open_weights(written(found, tmp_path)) as weights:
        assert "safetensors" == weights.format
