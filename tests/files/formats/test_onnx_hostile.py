"""ONNX models that Protocol Buffers read otherwise than they look, or that ask for more than they hold."""

from __future__ import annotations

import io
import struct
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.files.formats.onnx_files import beside, content, graph, model, number, pair, raw, tensor, varint
from winitgen.errors import UnreadableError
from winitgen.files.formats.onnx import reader, wire
from winitgen.files.formats.onnx.external_data import ExternalFiles
from winitgen.files.input import open_weights
from winitgen.files.stores.address import located


def read(tensors: bytes, folder: Path) -> tuple[list[float], str, list[str]]:
    """Return the values of a model's tensor, why they are not read, and what is told of the model."""
    (folder / "a").write_bytes(struct.pack("<2f", 1, 2))
    (folder / "b").write_bytes(struct.pack("<2f", 3, 4))
    path = folder / "w.onnx"
    path.write_bytes(model(graph([tensors])))
    with open_weights(path) as weights:
        (one,) = weights.tensors
        values = [] if one.unread else one.read(0, one.size).tolist()
        return values, one.unread, [other.text for other in weights.others]


def long(value: int, count: int) -> bytes:
    """Return a number in ``count`` bytes, more than it needs."""
    return bytes(value >> 7 * place & 127 | 128 for place in range(count - 1)) + b"\0"


LOCATED = content(13, pair("location", "a"))
FIELDS = {
    "a location beyond 32 bits": (LOCATED + number(14, 2**32 + 1), [1, 2]),
    "a location that is none": (LOCATED + number(14, 1) + number(14, 5), [1, 2]),
    "a location of another kind": (LOCATED + number(14, 1) + content(14, b"\0"), [1, 2]),
    "within again": (LOCATED + number(14, 1) + number(14, 2**32), [5, 6]),
    "a key of another kind": (
        number(14, 1) + content(13, pair("location", "a") + number(1, 2**63)),
        [1, 2],
    ),
    "a value of another kind": (number(14, 1) + content(13, pair("location", "b") + number(2, 7)), [3, 4]),
    "many keys": (
        beside({f"k{place}": "x" for place in range(20)}) + LOCATED + content(13, pair("location", "b")),
        [3, 4],
    ),
    "a format beyond 32 bits": (number(2, 2**32 + 1), [5, 6]),
}


@pytest.mark.parametrize("what", FIELDS)
def test_fields_as_protocol_buffers_read_them(what: str, tmp_path: Path) -> None:
    """Of a field of another kind nothing is taken, of a number 32 bits, and of places those that onnx knows."""
    more, wanted = FIELDS[what]
    values, unread, _ = read(tensor("w", 1, (2,), raw(struct.pack("<2f", 5, 6)) + more), tmp_path)

    assert (wanted, "") == (values, unread)


@pytest.mark.parametrize(
    ("field", "why"),
    [
        (long(0x4A, 6) + b"\0", "it has a number that is too long"),
        (b"\x4a" + long(0, 6), "it has a number that is too long"),
        (b"\0\0", "it has a field of an unknown kind"),
        (varint(1 << 32) + b"\0", "it has a field of an unknown kind"),
        (b"\x08" + b"\x80" * 10 + b"\0", "it has a number that is too long"),
    ],
)
def test_numbers_that_protocol_buffers_refuse(field: bytes, why: str, tmp_path: Path) -> None:
    """A field and its length have five bytes at most, a number ten; five and ten are read."""
    with pytest.raises(UnreadableError) as caught:
        read(tensor("w", 1, (2,), raw(bytes(8)) + field), tmp_path)
    allowed = b"\x08" + long(2, 10) + number(2, 1) + long(0x4A, 5) + long(8, 5) + struct.pack("<2f", 5, 6)

    assert f"{tmp_path / 'w.onnx'} is a damaged ONNX model: {why}" == str(caught.value)
    assert [5, 6] == read(content(8, "w") + allowed, tmp_path)[0]


@pytest.mark.parametrize("sizes", [(1 << 63,), (1 << 40, 1 << 40), (0, 1 << 62, 4)])
def test_sizes_beyond_64_bits(sizes: tuple[int, ...], tmp_path: Path) -> None:
    """No tensor has them, not even one without values."""
    assert ([], "its shape is not one of a tensor", []) == read(tensor("w", 1, sizes, raw(b"")), tmp_path)
    sparse = content(1, tensor("w", 1, (1,), raw(bytes(4)))) + b"".join(number(3, size) for size in sizes)
    (tmp_path / "s.onnx").write_bytes(model(graph(sparse=[sparse])))
    with open_weights(tmp_path / "s.onnx") as weights:
        assert [((), "its values are sparse")] == [(one.shape, one.unread) for one in weights.tensors]


def test_sizes_count_as_fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of sizes takes as much work as fields do, and as much memory."""
    monkeypatch.setattr(wire, "MOST_FIELDS", 60)
    with pytest.raises(UnreadableError) as caught:
        read(content(1, b"\1" * 60) + tensor("w", 1, (), raw(bytes(4))), tmp_path)
    line = f"{tmp_path / 'w.onnx'} has a header that is too large to read: more than 60 fields"

    assert line == str(caught.value)


OUTSIDE = "and only files in the folder of the model are read"


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("./" * 2100 + "a", "the place of its values has a text of 4,201 bytes"),
        ("./" * 31 + "a", ""),
        ("./" * 32 + "x/a", f"its values are in '{'./' * 32}x/a', {OUTSIDE}"),
        ("c/" * 32 + "../a", f"its values are in '{'c/' * 32}../a', {OUTSIDE}"),
    ],
)
def test_long_ways(location: str, why: str, tmp_path: Path) -> None:
    """A path is so long at most, and has so many parts."""
    assert why == read(tensor("w", 1, (2,), beside({"location": location})), tmp_path)[1]


@pytest.mark.parametrize("location", ["%2e%2e/w.data", "w.data?versionId=1", "w#1"])
def test_names_that_a_store_takes_otherwise(location: str, tmp_path: Path) -> None:
    """A store may take such a name for that of another file, so it is not asked; on a disk it is a name."""
    with ExitStack() as stack:
        files = ExternalFiles(io.BytesIO(), located("https://host.invalid/a/m.onnx"), 9, stack)

        assert f"its values are in {location!r}, {OUTSIDE}" == files.place({"location": location})
    found = read(tensor("w", 1, (2,), beside({"location": location})), tmp_path)
    assert f"its values are in {location!r}, which does not exist" == found[1]


def test_values_in_several_forms(tmp_path: Path) -> None:
    """The file beside the model counts before raw bytes, and these before a list; each is told of."""
    values = struct.pack("<2f", 5, 6)
    ending = ", too, which no loader should take"

    place = beside({"location": "a"})
    assert ([1, 2], "", [f"'w' has its values in raw_data{ending}"]) == read(
        tensor("w", 1, (2,), raw(values) + place), tmp_path
    )
    assert ([1, 2], "", [f"'w' has its values in float_data{ending}"]) == read(
        tensor("w", 1, (2,), content(4, values) + place), tmp_path
    )
    assert ([5, 6], "", [f"'w' has its values in int32_data{ending}"]) == read(
        tensor("w", 1, (2,), content(5, b"\1\2") + content(4, values)), tmp_path
    )


def test_models_that_no_loader_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protocol Buffers have messages of less than 2 GiB; a longer model is read, and told of."""
    assert 2**31 - 1 == reader.LONGEST_MODEL
    message = tensor("w", 1, (1,), raw(struct.pack("<f", 5)))
    size = len(model(graph([message])))
    monkeypatch.setattr(reader, "LONGEST_MODEL", size)
    assert ([5], "", []) == read(message, tmp_path)
    monkeypatch.setattr(reader, "LONGEST_MODEL", size - 1)
    line = (
        f"it has {size} bytes, and loaders take a model of no more than {size - 1}, beside files with values"
    )
    assert ([5], "", [line]) == read(message, tmp_path)


def test_spellings_of_one_file(tmp_path: Path) -> None:
    """They are one file, whose bytes count once."""
    tensors = [
        tensor(name, 1, (2,), beside({"location": where})) for name, where in (("v", "./a"), ("w", "a"))
    ]
    (tmp_path / "a").write_bytes(bytes(8))
    path = tmp_path / "w.onnx"
    path.write_bytes(model(graph(tensors)))
    with open_weights(path) as weights:
        assert (2, path.stat().st_size + 8) == (weights.facts["files"], weights.facts["file_bytes"])
