"""What ``numpy.load`` reads of npz and npy files, entry by entry: whatever winitgen does not compare of it is told in these words."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.audit.readings import zips
from tests.audit.readings.words import SPEC, told


@pytest.fixture
def npz(tmp_path: Path) -> Path:
    """An archive of the plan."""
    winitgen.write(SPEC, tmp_path / "w.npz")
    return tmp_path / "w.npz"


def repacked(path: Path, more: dict[str, bytes]) -> Path:
    """Add members to an archive."""
    with zipfile.ZipFile(path) as zipped:
        members = {info.filename: zipped.read(info) for info in zipped.infolist()}
        comment = zipped.comment
    path.write_bytes(zips.archive({**members, **more}, comment=comment))
    return path


def test_npz_names(npz: Path) -> None:
    """A name is that of the member without its ending, unless a member is called so; what is no array is bytes."""
    assert ["its member 'README' is not an array, and was not read"] == told(
        repacked(npz, {"README": b"see"})
    )
    assert [
        "differs: numpy.load reads the member 'fc.bias' for this name, not 'fc.bias.npy'",
    ] == told(repacked(npz, {"fc.bias": b"seven"}))


def test_npz_extra_arrays(npz: Path) -> None:
    """An array that numpy.load lists and the plan does not have differs."""
    assert ["differs: zz is not among the tensors of the spec"] == told(
        repacked(npz, {"zz.npy": zips.npy(np.ones(2))})
    )


def test_npz_checksums(npz: Path) -> None:
    """numpy.load refuses a member whose bytes have another checksum than both headers say; inspect notes it, too."""
    content = npz.read_bytes()
    (offset, _), directory, _ = zips.parts(content)
    content = zips.changed(content, directory + 16, "<L", 1)
    npz.write_bytes(zips.changed(content, offset + 14, "<L", 1))
    line = "'fc.weight.npy' does not have the checksum that the archive says, so that numpy.load refuses it"

    with pytest.raises(zipfile.BadZipFile, match="Bad CRC-32"), np.load(npz) as file:
        file["fc.weight"]
    assert [f"differs: {line}"] == told(npz)
    assert [line] == winitgen.inspect(npz)["notes"]
    assert [] == winitgen.inspect(npz, header=True)["notes"]


def test_npz_checksum_of_values_in_another_order(tmp_path: Path) -> None:
    """The checksum of an array in Fortran's order is that of its bytes, which are read once more."""
    values = {name: np.asfortranarray(array) for name, array in winitgen.generate(SPEC).items()}
    np.savez(tmp_path / "w.npz", **values)
    note = "the file carries no recipe; its values are those of the spec"
    assert [note] == told(tmp_path / "w.npz")
    content = (tmp_path / "w.npz").read_bytes()
    (offset, _), directory, _ = zips.parts(content)
    content = zips.changed(content, directory + 16, "<L", 1)
    (tmp_path / "w.npz").write_bytes(zips.changed(content, offset + 14, "<L", 1))

    assert [
        "differs: 'fc.weight.npy' does not have the checksum that the archive says, so that numpy.load refuses it"
    ] == told(tmp_path / "w.npz")


@pytest.mark.parametrize(
    ("place", "form", "what"),
    [
        (14, "<L", "checksum"),
        (22, "<L", "size"),
        (6, "<H", "flags"),
        (8, "<H", "compression method"),
        (30, "B", "name"),
    ],
)
def test_npz_local_headers(npz: Path, place: int, form: str, what: str) -> None:
    """Readers that take a zip from its front go by the headers in front of the members."""
    content = npz.read_bytes()
    (value,) = struct.unpack_from(form, content, place)
    npz.write_bytes(zips.changed(content, place, form, value ^ 1))

    line = f"the header in front of 'fc.weight.npy' has another {what} than the directory"
    assert [f"differs: {line}"] == told(npz)


def test_npz_names_that_are_not_ascii(npz: Path) -> None:
    """Names are compared by their bytes, and those without the mark of UTF-8 mean different letters to different readers."""
    name = "n\ufffd\ufffd\ufffd".encode()
    content = repacked(npz, {name.decode(): b"see"}).read_bytes()
    unread = f"its member '{name.decode()}' is not an array, and was not read"
    assert [unread] == told(npz)
    npz.write_bytes(content.replace(name, b"n" + b"\xf0\x90\x80" * 3, 1))
    assert [f"differs: the header in front of '{name.decode()}' has another name than the directory"] == told(
        npz
    )

    unmarked = content.replace(name, b"gr\x81n12345\x81")
    offsets, directory, _ = zips.parts(content)
    place = unmarked.rindex(b"PK\1\2")
    assert directory < place
    unmarked = zips.changed(zips.changed(unmarked, offsets[-1] + 6, "<H", 0), place + 8, "<H", 0)
    npz.write_bytes(unmarked)
    assert [
        "differs: the name of the member 'grün12345ü' is neither ASCII nor marked as UTF-8, and readers decode it in several ways"
    ] == told(npz)


def test_npz_signatures(npz: Path) -> None:
    """numpy.load refuses a member whose header is none."""
    content = npz.read_bytes()
    npz.write_bytes(zips.changed(content, zips.parts(content)[0][1], "B", 0))

    line = "the header in front of 'fc.bias.npy' has another signature than the directory"
    assert [f"differs: {line}"] == told(npz)


def test_npz_ends(npz: Path) -> None:
    """Readers look for the end of the directory in different ways: there is one, and nothing behind it."""
    content = npz.read_bytes()
    behind = "differs: behind its directory stands something else than the one end record that belongs to it"
    npz.write_bytes(content + b"x")
    assert [behind] == told(npz)
    npz.write_bytes(zips.changed(content, content.rindex(b"PK\5\6") + 10, "<H", 9))
    assert [behind] == told(npz)
    npz.write_bytes(content.replace(b"PK\1\2", b"PK\1\3"))
    with pytest.raises(winitgen.UnreadableError):
        told(npz)


@pytest.mark.parametrize("flag", [0x10, 0x20, 0x40, 0x80, 0x100, 0x1000, 0x2000, 0x8000])
def test_npz_flags(npz: Path, flag: int) -> None:
    """Flags that no writer of NumPy's sets are refused by zipfile, or nobody knows what they mean."""
    content = npz.read_bytes()
    content = zips.changed(content, 6, "<H", flag)
    npz.write_bytes(zips.changed(content, zips.parts(content)[1] + 8, "<H", flag))

    line = f"'fc.weight.npy' has the flags {flag:#06x}, with which zipfile and others refuse it or read it otherwise"
    assert [f"differs: {line}"] == told(npz)


def test_npz_gaps(npz: Path) -> None:
    """Bytes that no member covers can be a container of their own."""
    content = npz.read_bytes()
    npz.write_bytes(zips.with_gap(content, 1, bytes(1000)))
    assert ["differs: no member covers the 1,000 bytes in front of 'fc.bias.npy'"] == told(npz)
    npz.write_bytes(zips.with_gap(content, 2, b"x"))
    assert ["differs: no member covers the 1 byte in front of its directory"] == told(npz)


def test_npz_twice(npz: Path) -> None:
    """A member that stands twice is one for some readers and the other for others; two arrays of a name are not read at all."""
    with zipfile.ZipFile(npz) as zipped:
        own = [(info.filename, zipped.read(info)) for info in zipped.infolist()]
    npz.write_bytes(zips.listed([*own, ("README", b"a"), ("README", b"b")], zipfile.ZIP_STORED, b""))

    assert "differs: it has two members 'README'" == told(npz)[0]


def test_npz_comment(npz: Path) -> None:
    """A comment that is no recipe is noted."""
    with zipfile.ZipFile(npz, "a") as zipped:
        zipped.comment = b"see the notes"

    assert [
        "the file carries no recipe; its values are those of the spec",
        "its metadata 'comment' was not compared",
    ] == told(npz)


def test_npy_headers(tmp_path: Path) -> None:
    """numpy.load does not trust long headers; it gives a field of a record by its title, too, and the whole record with its holes."""
    values = winitgen.generate(SPEC)
    fields = [("fc.weight", "<f4", (2, 3)), ("fc.bias", "<f4", (2,))]
    note = "the file carries no recipe; its values are those of the spec"
    found = []
    titled = [(("zz", "fc.weight"), *fields[0][1:]), fields[1]]
    holes: Any = {
        "names": ["fc.weight", "fc.bias"],
        "formats": ["(2,3)<f4", "(2,)<f4"],
        "offsets": [0, 28],
        "itemsize": 36,
    }
    for kind in (fields, titled, holes):
        record = np.zeros((), kind)
        for name, array in values.items():
            record[name] = array
        np.save(tmp_path / "w.npy", record)
        found += told(tmp_path / "w.npy")

    assert [
        note,
        "differs: its field has a second name, 'zz'",
        "differs: no field covers 4 bytes of its record",
    ] == found


def test_npy_long_header(tmp_path: Path) -> None:
    """A header that numpy.load reads only when asked to is noted of a file, and differs in an archive or a folder."""
    one = {"input": 3, "layers": [{"name": "w", "type": "dense", "units": 2, "use_bias": False}]}
    whole = io.BytesIO()
    np.save(whole, winitgen.generate(one)["w.weight"])
    header, _, values = whole.getvalue()[10:].partition(b"\n")
    content = b"\x93NUMPY\1\0" + struct.pack("<H", 11_000) + header.ljust(10_999) + b"\n" + values
    (tmp_path / "w.npy").write_bytes(content)
    (tmp_path / "w.npz").write_bytes(zips.archive({"w.weight.npy": content}))
    winitgen.write(one, f"{tmp_path}/w/")
    (tmp_path / "w/w.weight.npy").write_bytes(content)
    text = "a header of 11,000 characters, of which numpy.load refuses more than 10,000"

    assert f"it has {text} by default" == told(tmp_path / "w.npy", one)[-1]
    assert (
        [f"differs: 'w.weight' has {text}"] == told(tmp_path / "w.npz", one)[:1] == told(tmp_path / "w", one)
    )
