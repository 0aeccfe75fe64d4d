"""Files of samples that other programs separate, or read, in another way."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from winitgen.catalog.layers.flow import Flow
from winitgen.errors import UnreadableError
from winitgen.probing import inputs

ROWS = np.arange(3000, dtype=np.float32).reshape(1000, 3)
FLOW = Flow((3,))


def refusal(path: str) -> str:
    """Return the message of a file that is refused."""
    with pytest.raises(UnreadableError) as refused:
        inputs.read(path, FLOW, None, None)
    return str(refused.value)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


TABLES = [
    ("1;2;3\n", "1:1: '1;2;3' is 3 numbers; write commas between them, not semicolons"),
    ("a;b;c\n1;2;3\n", "2:1: '1;2;3' is 3 numbers; write commas between them, not semicolons"),
    ("1,5;2,5;3,5\n", "1:2: '5;2' is 2 numbers; write commas between them, not semicolons"),
    ("1;2;\n", "1:1: '1;2;' is 2 numbers; write commas between them, not semicolons"),
    ("1\t2\t-3e1\n", "1:1: '1\\t2\\t-3e1' is 3 numbers; write commas between them, not tabs"),
    ("a,b,c\n1,2,3\n1 2 3\n", "3:1: '1 2 3' is 3 numbers; write commas between them, not spaces"),
]


@pytest.mark.parametrize(("text", "message"), TABLES)
def test_tables_without_commas(text: str, message: str) -> None:
    """The place is named, and what to write; a comma may be that of a fraction, so nothing is guessed."""
    Path("x.csv").write_text(text)

    assert f"x.csv:{message}" == refusal("x.csv")


@pytest.mark.parametrize("header", ["a;b\n", "a\tb\n", "width 1;height 2\n"])
def test_headers_without_commas(header: str) -> None:
    """A line of names is a header, whatever stands between them."""
    Path("x.csv").write_text(f"{header}1,2,3\n")

    assert [[1, 2, 3]] == inputs.read("x.csv", FLOW, None, None).tolist()


def test_a_wrong_checksum() -> None:
    """NumPy refuses such an archive."""
    np.savez("x.npz", x=ROWS)
    content = bytearray(Path("x.npz").read_bytes())
    content[5000] ^= 1
    Path("x.npz").write_bytes(content)

    text = "'x.npy' does not have the checksum that the archive says, so that numpy.load refuses it"
    assert f"a loader may misread x.npz: {text}" == refusal("x.npz")


def test_a_member_of_the_same_name() -> None:
    """NumPy takes the samples of the member without an ending."""
    np.savez("x.npz", x=ROWS)
    with zipfile.ZipFile("x.npz", "a") as archive:
        archive.writestr("x", b"other")

    text = "numpy.load reads the member 'x' for this name, not 'x.npy'"
    assert f"a loader may misread x.npz: {text}" == refusal("x.npz:x")


def test_bytes_behind_the_directory() -> None:
    """Another program may find an archive in them."""
    np.savez("x.npz", x=ROWS)
    with open("x.npz", "ab") as file:
        file.write(b"hidden")

    text = "behind its directory stands something else than the one end record that belongs to it"
    assert f"a loader may misread x.npz: {text}" == refusal("x.npz")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("count", [None, 1, 999])
def test_archives_with_one_reading(save: object, count: int | None) -> None:
    """What is not read, as too many samples, is not doubted."""
    save("x.npz", x=ROWS, y=ROWS[:5])  # type: ignore[operator]

    np.testing.assert_array_equal(ROWS[:count], inputs.read("x.npz:x", FLOW, count, None))
