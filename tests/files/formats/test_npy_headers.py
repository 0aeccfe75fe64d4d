"""Headers of npy files: what is read is what ``numpy.load`` reads, and what it refuses is refused."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from tests.audit.readings import zips
from winitgen.errors import UnreadableError
from winitgen.files.formats.npy import array_header
from winitgen.files.input import open_weights
from winitgen.files.input.other_reading import OtherReading

GOOD = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
VALUES = np.arange(6, dtype="<f4").tobytes()
ODD = [*range(32), *range(127, 161), 173, 255, 0x2003, 0x2028, 0x3000, 0xFEFF]
"""Characters that some take for spaces, and others that cannot be seen."""

DESCRIPTIONS = r"""
'>f4' ; '=f4' ; 'f4' ; '|f4' ; '<f' ; 'float32' ; '<i4' ; '|b1' ; '<U1' ; 'V4' ; 'O' ; '<M8[s]' ; '4,f4' ; 'f4,f4' ; '(2,)f4'
'<f4 ' ; ' <f4' ; u'<f4' ; b'<f4' ; '<f''4' ; r'<f4' ; f'<f4' ; '\x3cf4' ; '<f5' ; '' ; None ; 4 ; {} ; float ; ['<f4'] ; ('<f4',)
[('a', '<f4')] ; [('a', '<f4'),] ; (('a', '<f4'),) ; [('', '<f4')] ; {'a': ('<f4', 0)} ; [('a', '<f2'), ('a', '<f2')]
[(('t', 'a'), '<f4')] ; [('a', '<f2'), ('', '|V2')] ; [('a', [('b', '<f4')])] ; [('a', '<f2', (2,))] ; [('a', '<f2', 2)] ; [('a',)]
"""
SHAPES = """
(6,) ; (2,3) ; (3, 2) ; [2, 3] ; (2, 3,) ; 6 ; (6) ; () ; (0,) ; (2, -3) ; (-2, -3) ; (2, +3) ; (2, 3.0) ; (2, 0x3) ; (2, 0o3)
(2, 0b11) ; (2, 0_3) ; (2, 03) ; (True, 6) ; (2, None) ; (2, 1+2) ; (2, 3 if 1 else 4) ; (2, 3L) ; (2L, 3L) ; ((2, 3)) ; (2,) * 2
(2, '3') ; (2, 3j) ; (1 << 1, 3) ; (2, \N{ARABIC-INDIC DIGIT THREE}) ; (9223372036854775807, 0) ; (9223372036854775808, 0)
(4611686018427387904, 4, 0) ; (0, 1099511627776) ; (1152921504606846976, 4, 0) ; (2305843009213693951, 0) ; (2305843009213693952, 0)
(1099511627776, 1099511627776, 0)
"""
LONG_SHAPES = (
    "(2,\n3)",
    "(2, 3 # two\n)",
    "(2, 3\\\n)",
    *(f"(2, 3, {'1, ' * more})" for more in (29, 30, 31, 63)),
)
LONG_NUMBERS = (
    *(
        GOOD.replace("3)", f"{three})")
        for three in (
            "3L L",
            "3L L L",
            "3LL",
            "3l",
            "3 L",
            "3L # 3L",
            "L",
            "3\nL",
            "3\\\nL",
            "3L, 'L'",
            "3.L",
            "0x3L",
            "0b1_1L",
            "0_3L",
        )
    ),
    f" {GOOD.replace('3)', '3L)')}",
    f"{GOOD.replace('3)', '3L)')} L",
    GOOD.replace("<f4", "<f4L").replace("3)", "3L)"),
    GOOD.replace("'shape'", "'shape' 'L'").replace("3)", "3L)"),
)
"""Headers with the L of Python 2, and with one that is not."""

ORDERS = ("True", "0", "1", "None", "'False'", "not True", "false", "(False)")
KEYS = ("", "'a': 1, ", "'shape': (3, 2), ", "b'descr': '<f4', ", "**{}, ", "1: 2, ")


def listed(text: str) -> list[str]:
    """Return the literals of a list."""
    return text.strip().replace("\n", " ; ").split(" ; ")


def texts() -> Iterator[str]:
    """Yield headers: good ones, with a character more or another, and with other literals."""
    yield from (
        GOOD,
        *LONG_NUMBERS,
        f"{GOOD}\n",
        f"{GOOD}{' ' * 53}\n",
        f" \t{GOOD}",
        f"\n{GOOD}",
        f"({GOOD})",
        f"{GOOD},",
        f"{GOOD};",
        f"[{GOOD}]",
    )
    for character in map(chr, ODD):
        yield from (character + GOOD, GOOD + character, f"{GOOD}  {character}\n", f" {character}{GOOD}\n")
        yield from (
            GOOD[:at] + character + GOOD[at + step :]
            for at in (1, 2, 8, 9, 15, 16, 50, 55, 58)
            for step in (0, 1)
        )
    yield from (GOOD.replace("'<f4'", other) for other in listed(DESCRIPTIONS))
    yield from (GOOD.replace("(2, 3)", other) for other in [*listed(SHAPES), *LONG_SHAPES])
    yield from (GOOD.replace("False", other) for other in ORDERS)
    yield from (GOOD.replace("{", "{" + other) for other in KEYS)
    yield from (GOOD.replace(": ", other) for other in (":", " : ", "=", ":\n", ":\t", ":\f", ":\v"))
    yield from (GOOD[:end] for end in range(len(GOOD)))
    yield from (f"{GOOD}#{'x' * count}" for count in (9_939, 9_940, 9_941, 20_000, 99_000))
    yield from (f"{GOOD}#{'é' * count}" for count in (9_939, 9_940, 9_941))


def files() -> Iterator[bytes]:
    """Yield npy files with these headers in each version of the format, and in versions that are none."""
    for version, digits, encoding in (
        (1, 2, "latin-1"),
        (2, 4, "latin-1"),
        (3, 4, "utf-8"),
        (4, 4, "utf-8"),
        (0, 2, "latin-1"),
    ):
        for text in texts():
            content = text.encode(encoding, errors="ignore")
            if len(content) < 256**digits:
                start = b"\x93NUMPY" + bytes((version, 0)) + len(content).to_bytes(digits, "little") + content
                yield start + (b"" if "0)" in text or "(0" in text else VALUES)


def ours(content: bytes) -> tuple[Any, ...] | None:
    """Return the shape, the number format and the bytes in C order, and whether the header is short; None if it is refused."""
    file = io.BytesIO(content)
    try:
        found = array_header.header(file, "w.npy")
        rest = file.read()
        if found.unread:
            return None
        array_header.check_size(len(rest), found, "w.npy")
    except UnreadableError:
        return None
    order = "F" if found.fortran else "C"
    values = np.ndarray(found.shape, found.dtype, rest, order=order)  # type: ignore[call-overload]
    return values.shape, values.dtype, values.tobytes(), not [*array_header.distrusted(found)]


def theirs(content: bytes, **options: Any) -> tuple[Any, ...] | None:
    """Return the same as ``numpy.load`` reads it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            values = np.load(io.BytesIO(content), **options)
        except Exception:  # it raises many kinds
            return None
    return values.shape, values.dtype, values.tobytes(), not options


def test_what_is_read_numpy_reads_alike() -> None:
    """No header is read that NumPy refuses, and of each the same is read; most of those that NumPy reads are."""
    read = refused = 0
    for content in files():
        found = ours(content)
        if found is None:
            refused += theirs(content) is not None
            continue
        read += 1
        wanted = theirs(content) if found[3] else theirs(content, max_header_size=1 << 20)
        assert found[3] == (theirs(content) is not None), content[:200]
        assert found == wanted, content[:200]

    assert read > 440
    assert refused < 50  # bytes behind the array, and bits of which the header does not say what they are


@pytest.mark.parametrize(
    "text",
    ["-" * 9000 + "1", "not " * 9000 + "1", "1" + "**1" * 9000, "[" * 9000],
    ids=["-", "not", "**", "["],
)
@pytest.mark.parametrize("ending", ["npy", "npz"])
def test_a_header_of_too_many_levels(text: str, ending: str, tmp_path: Path) -> None:
    """What is too deep for Python's parser, which then tells of a lack of memory, is damage."""
    content = array_header.MAGIC + b"\1\0" + struct.pack("<H", len(text)) + text.encode()
    path = tmp_path / f"w.{ending}"
    path.write_bytes(content if ending == "npy" else zips.archive({"a.npy": content}))
    try:
        with open_weights(path) as weights:
            found = weights.tensors[0].unread
    except UnreadableError as error:
        found = str(error)

    inside = "it has no header of NumPy's, or a damaged one"
    assert found == (f"{path} is not an npy file, or is damaged" if ending == "npy" else inside)


@pytest.mark.parametrize(
    "name", ["'float8_e4m3fn'", "'int4'", "[('a', 'bfloat16')]", "[('a', [('b', 'float8_e5m2', (2,))])]"]
)
@pytest.mark.parametrize("container", ["npy", "npz"])
def test_names_of_ml_dtypes(name: str, container: str, tmp_path: Path) -> None:
    """A name that NumPy alone does not know describes no format, whatever else was imported or read before."""
    np.dtype(ml_dtypes.bfloat16)
    header = f"{{'descr': {name}, 'fortran_order': False, 'shape': (1,), }}\n".encode()
    array = b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header + bytes(4)
    path = tmp_path / f"w.{container}"
    path.write_bytes(array if container == "npy" else zips.archive({"w.npy": array}))
    if container == "npy":
        with pytest.raises(UnreadableError) as caught, open_weights(path):
            pass
        assert f"{path} is not an npy file, or is damaged" == str(caught.value)
        return
    with open_weights(path) as weights:
        assert ["it has no header of NumPy's, or a damaged one"] == [one.unread for one in weights.tensors]


def test_a_lack_of_memory_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the parser fails for want of memory, there is none for a header of the largest size either."""

    def parse(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("ast.parse", parse)
    monkeypatch.setattr(array_header, "_PARSED", 1 << 62)
    np.save(tmp_path / "w.npy", np.zeros(3, "f4"))
    with pytest.raises(MemoryError), open_weights(tmp_path / "w.npy"):
        pass


SPACES = [bytes([character]) for character in (0x80 ^ 0x20, 0x85, 0x0B, 0x1C, 0x1D, 0x1E, 0x1F)]


@pytest.mark.parametrize("space", SPACES, ids=[hex(one[0]) for one in SPACES])
def test_a_blank_with_one_changed_bit(space: bytes, tmp_path: Path) -> None:
    """numpy.load takes off no other spaces than blanks and tabs."""
    np.save(tmp_path / "w.npy", np.zeros((2, 3), "f4"))
    content = bytearray((tmp_path / "w.npy").read_bytes())
    content[100:101] = space
    (tmp_path / "w.npy").write_bytes(content)
    with pytest.raises(ValueError, match="Cannot parse header"):
        np.load(tmp_path / "w.npy")
    with pytest.raises(UnreadableError) as caught, open_weights(tmp_path / "w.npy"):
        pass

    assert f"{tmp_path}/w.npy is not an npy file, or is damaged" == str(caught.value)


@pytest.mark.parametrize(("characters", "is_told"), [(10_000, False), (10_001, True)])
@pytest.mark.parametrize(("version", "filler"), [(1, "x"), (2, "x"), (2, "é"), (3, "x"), (3, "漢")])
def test_long_headers(characters: int, is_told: bool, version: int, filler: str, tmp_path: Path) -> None:
    """numpy.load counts the characters of a header, in each version of the format."""
    text = f"{GOOD}#".ljust(characters, filler).encode("utf-8" if version == 3 else "latin-1")
    length = len(text).to_bytes(2 if version == 1 else 4, "little")
    (tmp_path / "w.npy").write_bytes(array_header.MAGIC + bytes([version, 0]) + length + text + VALUES)
    with suppress(ValueError):
        assert (2, 3) == np.load(tmp_path / "w.npy").shape
        assert not is_told

    told = "it has a header of 10,001 characters, of which numpy.load refuses more than 10,000 by default"
    with open_weights(tmp_path / "w.npy") as weights:
        assert [OtherReading(told, misread=False)] * is_told == weights.others
