"""GGUF files: headers of both versions and byte orders, values and blocks, and what is refused."""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import winitgen
from tests.files.formats.gguf_files import Listed, gguf, key, listing, text
from tests.needed import missing
from winitgen.errors import UnreadableError
from winitgen.files.formats.gguf import block_types, header
from winitgen.files.input import open_weights

PLAIN = {0: "f4", 1: "f2", 24: "i1", 25: "i2", 26: "i4", 27: "i8", 28: "f8", 30: ml_dtypes.bfloat16}


def written(content: bytes, folder: Path) -> Path:
    """Write a file under a name that claims nothing."""
    path = folder / "w.bin"
    path.write_bytes(content)
    return path


def refusal(content: bytes, folder: Path) -> str:
    """Return the message about a file, without its path."""
    path = written(content, folder)
    with pytest.raises(UnreadableError) as caught, open_weights(path):
        pass
    return str(caught.value).removeprefix(str(path))


@pytest.fixture
def quants() -> Any:
    """Return the package that computes the values of blocks."""
    try:
        from gguf import quants
    except ModuleNotFoundError:
        missing("gguf", "install it with: pip install -e '.[gguf]'")
    return quants


@pytest.mark.parametrize(("order", "version"), [("<", 2), ("<", 3), (">", 3)])
@pytest.mark.parametrize("alignment", [8, 64])
def test_plain_values(order: str, version: int, alignment: int, tmp_path: Path) -> None:
    """Tensors of every format that NumPy has, with their axes in NumPy's order, wherever the file puts them."""
    chance = np.random.default_rng(4)
    values = {str(kind): (chance.normal(size=(3, 5)) * 40).astype(dtype) for kind, dtype in PLAIN.items()}
    turned = {
        name: array.view(f"u{array.itemsize}").astype(f"{order}u{array.itemsize}").tobytes()
        for name, array in values.items()
    }
    tensors = [Listed(name, (5, 3), int(name), content) for name, content in turned.items()]
    keys = [key("general.alignment", 4, struct.pack(f"{order}I", alignment), order)]
    content = gguf(tensors, keys, order=order, version=version, alignment=alignment)
    with open_weights(written(content, tmp_path)) as weights:
        found = {one.name: one.read(0, one.size).reshape(one.shape) for one in weights.tensors}

        big = "its numbers are big-endian, and llama.cpp reads it only on a machine of that order"
        assert "gguf" == weights.format
        assert [(big, False)] * (order == ">") == [(one.text, one.misread) for one in weights.others]
        assert (version, alignment, "little" if order == "<" else "big") == (
            weights.facts["version"], weights.facts["alignment"], weights.facts["byte_order"],
        )  # fmt: skip
    assert {name: (array.dtype, array.tobytes()) for name, array in values.items()} == {
        name: (array.dtype, array.tobytes()) for name, array in found.items()
    }


def test_metadata(tmp_path: Path) -> None:
    """Values of every kind are shown as text, of long ones the beginning."""
    words = b"".join(text(f"w{index}") for index in range(20))
    nested = listing(9, 2, listing(8, 1, text("a")) + listing(4, 3, bytes(12)))
    keys = [
        key("b", 7, b"\1"),
        key("f", 6, struct.pack("<f", 1e-5)),
        key("d", 12, struct.pack("<d", -2.5)),
        key("i", 5, struct.pack("<i", -7)),
        key("long", 8, text("é" * 600)),
        key("words", 9, listing(8, 20, words)),
        key("numbers", 9, listing(1, 3, b"\xff\0\1")),
        key("none", 9, listing(8, 0, b"")),
        key("nested", 9, nested),
    ]
    with open_weights(written(gguf([], keys), tmp_path)) as weights:
        assert {
            "b": "true",
            "f": "1e-05",
            "d": "-2.5",
            "i": "-7",
            "long": "é" * 500 + "...",
            "words": "[w0, w1, w2, w3, w4, w5, w6, w7, ... 20 values]",
            "numbers": "[-1, 0, 1]",
            "none": "[]",
            "nested": "[[... 1 values], [... 3 values]]",
        } == weights.metadata


def q8_0(scale: float, whole: np.ndarray[Any, Any]) -> bytes:
    """Return blocks of 32 whole numbers of 8 bits with one scale."""
    return b"".join(np.float16(scale).tobytes() + block.tobytes() for block in whole.reshape(-1, 32))


def test_blocks_by_hand(quants: Any, tmp_path: Path) -> None:
    """A value is its scale times its whole number: of 8 bits, and of 4 bits in two halves less 8."""
    whole = np.arange(-32, 32, dtype="i1")
    halves = np.arange(16, dtype="u1")  # the low halves count up, the high ones down
    nibbles = halves | (15 - halves) << 4
    tensors = [
        Listed("eight", (32, 2), 8, q8_0(0.25, whole)),
        Listed("four", (32,), 2, np.float16(0.5).tobytes() + nibbles.tobytes()),
    ]
    with open_weights(written(gguf(tensors), tmp_path)) as weights:
        eight, four = weights.tensors

        assert ("Q8_0", (2, 32), 68, "float32") == (eight.dtype, eight.shape, eight.nbytes, eight.read_as)
        assert (whole * 0.25).tolist() == eight.read(0, 64).tolist()
        assert [7.5, -0.25] == [eight.read(62, 1)[0], eight.read(31, 1)[0]]
        assert [*((halves - 8.0) * 0.5), *((7.0 - halves) * 0.5)] == four.read(0, 32).tolist()


def test_equal_values_of_other_blocks(quants: Any, tmp_path: Path) -> None:
    """Blocks that stand for the same numbers in other bits differ, but not beyond a tolerance; so do their digests."""
    whole = np.full(32, 2, "i1")
    blocks = {"a": q8_0(2, whole) * 3, "b": q8_0(2, whole) + q8_0(4, whole // 2) + q8_0(2, whole)}
    for name, content in blocks.items():
        (tmp_path / name).write_bytes(gguf([Listed("w", (96,), 8, content)]))
    a, b = tmp_path / "a", tmp_path / "b"
    (row,) = winitgen.diff(a, b)["tensors"]

    assert ("values", 32, 0) == (row["status"], row["differing"], row["max_difference"])
    assert {"index": [32], "a": 4, "b": 4} == row["first"]
    assert winitgen.diff(a, b, atol=0)["equal"]
    assert winitgen.diff(a, a)["equal"]
    assert 2 == len({winitgen.inspect(path, digest=True)["digests"]["content"] for path in (a, b)})


def test_every_block_type_in_runs(quants: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever run is asked for has the values that the package computes of the whole tensor."""
    from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

    monkeypatch.setattr(block_types, "_AT_ONCE", 512)
    chance = np.random.default_rng(6)
    tensors, wanted = [], {}
    for number, kind in block_types.TYPES.items():
        own = GGMLQuantizationType(number)
        assert (kind.name, kind.values, kind.nbytes) == (own.name, *GGML_QUANT_SIZES[own])
        if kind.known and not kind.numpy:
            blocks = chance.integers(0, 256, (3, 2 * kind.nbytes), dtype=np.uint8)
            tensors.append(Listed(kind.name, (2 * kind.values, 3), number, blocks.tobytes()))
            with np.errstate(all="ignore"):
                wanted[kind.name] = quants.dequantize(blocks, own).reshape(-1)
    with open_weights(written(gguf(tensors), tmp_path)) as weights:
        for one in weights.tensors:
            runs = [one.read(start, min(77, one.size - start)) for start in range(0, one.size, 77)]
            assert wanted[one.name].tobytes() == np.concatenate(runs).tobytes()
            assert wanted[one.name].tobytes() == one.read(0, one.size).tobytes()
    assert 23 == len(wanted)


def unread(content: bytes, folder: Path) -> list[tuple[str, str]]:
    """Return the number format of each tensor without figures, and why it has none."""
    with open_weights(written(content, folder)) as weights:
        return [(one.dtype, one.unread) for one in weights.tensors if not one.readable]


def test_rows_without_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks that nothing computes, of the other byte order, without the package, and of an unknown format."""
    block = Listed("w", (32,), 8, bytes(34))
    monkeypatch.setattr(block_types, "find_spec", lambda name: None)

    assert [("Q8_1", "nothing computes the values of Q8_1"), ("type 77", "its number format, 77 in ggml.h, is unknown")] == unread(
        gguf([Listed("w", (32,), 9, bytes(40)), Listed("x", (3,), 77, b"")]), tmp_path
    )  # fmt: skip
    which = "gguf-convert-endian turns their scales and the gguf package's writer does not, and the file does not say which wrote it"
    assert [("Q8_0", f"its blocks of Q8_0 are of a machine with the other byte order: {which}")] == unread(
        gguf([block], order=">"), tmp_path
    )
    assert [
        (
            "Q8_0",
            "the gguf package computes the values of Q8_0: pip install 'winitgen[gguf]' ('.[gguf]' in a clone)",
        )
    ] == unread(gguf([block]), tmp_path)


def test_an_older_package(quants: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that does not know a format is named when the values are read."""

    def dequantize(blocks: Any, kind: Any) -> Any:
        raise NotImplementedError

    monkeypatch.setattr(quants, "dequantize", dequantize)
    path = written(gguf([Listed("w", (32,), 8, bytes(34))]), tmp_path)
    with open_weights(path) as weights, pytest.raises(UnreadableError) as caught:
        weights.tensors[0].read(0, 1)

    assert f"the gguf package that is installed does not compute Q8_0, which {path} holds; update it" == str(
        caught.value
    )


def test_a_broken_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that is there and cannot be imported is named when the values are read."""
    monkeypatch.setattr(block_types, "find_spec", lambda name: name)
    monkeypatch.setitem(sys.modules, "gguf", None)
    path = written(gguf([Listed("w", (32,), 8, bytes(34))]), tmp_path)
    with open_weights(path) as weights, pytest.raises(UnreadableError) as caught:
        weights.tensors[0].read(0, 1)

    assert (
        f"the gguf package cannot be imported, which computes the values of Q8_0 in {path}: "
        "import of gguf halted; None in sys.modules" == str(caught.value)
    )


WORD = Listed("w", (2,), 0, bytes(8))
ALIGNED = key("general.alignment", 4, struct.pack("<I", 32))


def test_one_place_of_very_many_tensors(tmp_path: Path) -> None:
    """Each tensor would be read through, whatever the file stores."""
    many = [WORD._replace(name=f"{number}", offset=0, content=b"") for number in range(10_020)]
    path = written(gguf([WORD, *many[:10_009]]), tmp_path)
    with open_weights(path) as weights:
        assert 10_010 == len(weights.tensors)

    text = " names 10,021 tensors in 1 place, more than winitgen reads of so few"
    assert text == refusal(gguf([WORD, *many]), tmp_path)


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (gguf([WORD], [ALIGNED, ALIGNED]), {"it has the key 'general.alignment' twice": True}),
        (gguf([WORD, WORD._replace(name="x", offset=0)]),
         {"'x' does not begin where the tensor before it ends, so that llama.cpp refuses the file": True}),
        (gguf([WORD, Listed("x", (3,), 77, b"")]), {"'x' has a number format that is unknown here": False}),
        (gguf([WORD], [key("general.alignment", 10, struct.pack("<Q", 32))]),
         {"the value of 'general.alignment' is not stored as a whole number of 32 bits, for which llama.cpp refuses the file": True}),
        (gguf([WORD], [key("general.alignment", 0, b"\x20")]),
         {"the value of 'general.alignment' is not stored as a whole number of 32 bits, for which llama.cpp refuses the file": True}),
        (gguf([WORD], [key("", 0, b"\1")]), {"it has an empty key, for which llama.cpp refuses the file": True}),
        (gguf([WORD], [key("general.alignment\0", 4, struct.pack("<I", 64))]),
         {"its key 'general.alignment\\x00' holds a NUL, where the key ends to llama.cpp": True}),
        (gguf([WORD], [key("a", 9, listing(9, 1, listing(0, 1, b"\1")))]),
         {"the value of 'a' is a list of lists, for which llama.cpp refuses the file": True}),
        (gguf([WORD], [key("a", 9, listing(9, 0, b""))]),
         {"the value of 'a' is a list of lists, for which llama.cpp refuses the file": True}),
        (gguf([WORD._replace(axes=(2, 1, 1, 1))]), {}),
        (gguf([WORD._replace(axes=(2, 1, 1, 1, 1))]), {"'w' has 5 axes, and llama.cpp refuses more than 4": True}),
        (gguf([WORD, Listed("x", (0, 1 << 63), 0, b"")]),
         {"'x' has an axis beyond 2^63, for which llama.cpp refuses the file": True}),
        (gguf([WORD, Listed("x", (0, (1 << 63) - 1), 0, b"")]), {}),
        (gguf([WORD, Listed("x\0y", (0,), 0, b"")]), {"'x\\x00y' holds a NUL, where the name ends to llama.cpp": True}),
        (gguf([WORD, Listed("x" * 63, (0,), 0, b"")]), {}),
        (gguf([WORD, Listed("é" * 32, (0,), 0, b"")]),
         {f"'{'é' * 32}' has a name of 64 bytes, and llama.cpp refuses more than 63": False}),
        (gguf([WORD, Listed("x" * 127, (0,), 0, b"")]),
         {f"'{'x' * 100}...' has a name of 127 bytes, and llama.cpp refuses more than 63": False}),
        (gguf([WORD, Listed("x" * 128, (0,), 0, b"")]),
         {f"'{'x' * 100}...' has a name of 128 bytes, and llama.cpp refuses more than 63": True}),
        (gguf([WORD]) + b"abc", {"3 bytes follow its last tensor, and were not read": False}),
        (gguf([WORD])[:-24], {}),
    ],
    ids=range(20),
)  # fmt: skip
def test_notes(content: bytes, notes: Mapping[str, bool], tmp_path: Path) -> None:
    """What one loader reads and another refuses is told; the last tensor needs no padding."""
    with open_weights(written(content, tmp_path)) as weights:
        assert notes == {other.text: other.misread for other in weights.others}
        assert [0.0, 0.0] == weights.tensors[0].read(0, 2).tolist()


DAMAGED = " is a damaged GGUF file: "


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), " is a GGUF file of version 1, which is not read; versions 2 and 3 are"),
        (b"GGUF" + struct.pack(">IQQ", 4, 0, 0), " is a GGUF file of version 4, which is not read; versions 2 and 3 are"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 40, 0),
         " has a header that is too large to read: more than 250,000 tensors or 100,000 keys"),
        (gguf([WORD])[:50], DAMAGED + "it ends within its header"),
        (gguf([WORD])[:-30], DAMAGED + "'w' ends behind the file"),
        (gguf([Listed("w", (1 << 62, 4), 0, b"")]), DAMAGED + "'w' ends behind the file"),
        (gguf([Listed("w", (1,) * 65, 0, bytes(4))]), DAMAGED + "'w' has 65 axes"),
        (gguf([Listed("w", (33,), 8, bytes(68))]), DAMAGED + "'w' has rows of 33 values in blocks of 32"),
        (gguf([Listed("w", (), 8, bytes(34))]), DAMAGED + "'w' has rows of 1 values in blocks of 32"),
        (gguf([], [key("a", 9, listing(13, 0, b""))]), DAMAGED + "the value of 'a' has the unknown type 13"),
        (gguf([WORD, WORD]), DAMAGED + "it holds 'w' twice"),
        (gguf([WORD._replace(name="w" * 70_000)]),
         " has a header that is too large to read: more than 65,535 bytes in one name"),
        (gguf([], [key("k" * 65_536, 0, b"\1")]),
         " has a header that is too large to read: more than 65,535 bytes in one name"),
        (gguf([WORD._replace(name="w" * 70_000)])[:60_000], DAMAGED + "it ends within its header"),
        (gguf([], [key("a", 13, b"")]), DAMAGED + "the value of 'a' has the unknown type 13"),
        (gguf([], [key("a", 9, listing(9, 1, b"") * 9)]),
         " has a header that is too large to read: more than 8 levels of lists in the value of 'a'"),
        (gguf([], [key("a", 9, listing(4, 1 << 62, b""))]), DAMAGED + "it ends within its header"),
        (gguf([], [key("a", 9, listing(8, 1 << 62, text("") * 8))]),
         " has a header that is too large to read: more than 4,000,000 texts in lists"),
        (gguf([], [key(f"{n}" * 600, 0, b"\1") for n in range(10, 40)] * 1000),
         " has a header that is too large to read: more than 33,554,432 bytes of names and texts"),
        (gguf([], [key("general.alignment", 4, struct.pack("<I", 24))]),
         DAMAGED + "its alignment is not a power of two, but '24'"),
        (gguf([], [key("general.alignment", 8, text("32"))]), DAMAGED + "its alignment is not a power of two, but '32'"),
    ],
    ids=range(21),
)  # fmt: skip
def test_refused(content: bytes, message: str, tmp_path: Path) -> None:
    """A file that llama.cpp refuses too, or whose header would take too much, is refused in one line."""
    assert message == refusal(content, tmp_path)


def test_axes_of_all_tensors_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A million are read, and not sixty-four for each of as many tensors as there may be; here the bound is small."""
    assert header.MOST_ALL_AXES == 1_000_000
    monkeypatch.setattr(header, "MOST_ALL_AXES", 100)
    content = gguf([Listed("a", (1,) * 64, 0, bytes(4)), Listed("b", (1,) * 37, 0, bytes(4))])

    message = " has a header that is too large to read: more than 100 axes of all tensors"
    assert message == refusal(content, tmp_path)


def test_names_that_are_no_text(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 hide nothing: llama.cpp takes any, and the package gguf none."""
    content = gguf([WORD, WORD._replace(name="v")], [key("a", 0, b"\1")])
    for old, new in ((b"w", b"\xff"), (b"a", b"\xfe")):
        content = content.replace(b"\1\0\0\0\0\0\0\0" + old, b"\1\0\0\0\0\0\0\0" + new)
    with open_weights(written(content, tmp_path)) as weights:
        told = "is not UTF-8, for which the package gguf refuses the file; llama.cpp reads it"
        assert [
            (rf"{what} {told}", True) for what in (r"its key '\udcfe'", r"the name '\udcff'")
        ] == weights.others[:2]
        assert ["\udcff", "v"] == [one.name for one in weights.tensors]
        assert {"\udcfe": "1"} == weights.metadata
        assert weights.tensors[0].read(0, 2).tolist() == weights.tensors[1].read(0, 2).tolist()


def test_the_package_refuses_names_that_are_no_text(tmp_path: Path) -> None:
    """The package gguf reads names as UTF-8 alone."""
    reader = pytest.importorskip("gguf").GGUFReader
    content = gguf([WORD]).replace(b"\1\0\0\0\0\0\0\0w", b"\1\0\0\0\0\0\0\0\xff")
    with pytest.raises(UnicodeDecodeError):
        reader(str(written(content, tmp_path)))
