import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from winitgen.errors import UnreadableError, UsageError
from winitgen.files.formats import by_name
from winitgen.files.formats.npy_dir.reader import listed_files
from winitgen.files.input import open_weights
from winitgen.numeric.dtypes import DTYPES

FORMAT = by_name("npy-dir")


def test_read_by_numpy(model: list[Any], save: Callable[..., str], tmp_path: Path) -> None:
    """The index lists a file for each tensor, which NumPy reads or memory-maps."""
    save(FORMAT, model, tmp_path / "out")
    index = json.loads((tmp_path / "out" / "index.json").read_text())
    for tensor in model:
        entry = index["tensors"][tensor.name]
        mode = "r" if tensor.values().size else None
        found = np.load(tmp_path / "out" / entry["file"], mmap_mode=mode)

        assert np.array_equal(tensor.values().view(DTYPES[tensor.dtype].stored_as or tensor.dtype), found)
        assert (tensor.dtype, list(tensor.shape)) == (entry["dtype"], entry["shape"])


def test_index(fake: Any, save: Callable[..., str], tmp_path: Path, metadata: dict[str, str]) -> None:
    """The index is sorted, with one tensor per line, and holds the recipe as an object."""
    save(FORMAT, [fake("b/w", (2, 3)), fake("a", (), "bfloat16")], tmp_path / "out")

    assert (tmp_path / "out" / "index.json").read_text() == (
        '{\n  "tensors": {\n'
        '    "a": {"dtype": "bfloat16", "file": "a.npy", "shape": []},\n'
        '    "b/w": {"dtype": "float32", "file": "b.w.npy", "shape": [2, 3]}\n'
        '  },\n  "winitgen": ' + metadata["winitgen"] + "\n}\n"
    )


def test_written_last(model: list[Any], metadata: dict[str, str]) -> None:
    """The index is written after all files that it lists."""
    assert list(FORMAT.lay_out(model, metadata))[-1] == "index.json"


def test_listed_files(model: list[Any], save: Callable[..., str], tmp_path: Path) -> None:
    """Reading the index returns the files it lists, and which of them are called as winitgen calls them."""
    save(FORMAT, model, tmp_path / "out")
    index = tmp_path / "out" / "index.json"
    names = [f"{tensor.name}.npy" for tensor in model]

    assert listed_files(tmp_path / "out") == dict.fromkeys(names, True)
    index.write_text(index.read_text().replace(names[0], "notes.txt"))
    assert listed_files(tmp_path / "out") == {"notes.txt": False, **dict.fromkeys(names[1:], True)}


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ("a/b", "a.b"),
            "npy-dir cannot hold both 'a/b' and 'a.b': their files would have the same name; .npz can",
        ),
        (("A", "a"), "npy-dir cannot hold both 'A' and 'a': their files would have the same name; .npz can"),
        (
            ("x" * 252,),
            f"npy-dir cannot name a file '{'x' * 100}...', which is too long; .npz can hold it",
        ),
        (
            ("a", "b\\c"),
            "npy-dir cannot name a file 'b\\\\c.npy', as a backslash stands for a folder on Windows; .npz can hold it",
        ),
    ],
    ids=["one path", "capitals", "too long", "backslash"],
)
def test_names_that_do_not_fit(
    names: tuple[str, ...], message: str, fake: Any, metadata: dict[str, str]
) -> None:
    """Names that would share a file on some system, or be no file name, are refused."""
    with pytest.raises(UsageError) as caught:
        FORMAT.lay_out([fake(name, (1,)) for name in names], metadata)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b'{"tensors":[]}', b'{"tensors":{"a":{}}}', b'{"tensors":{"a":{"file":1}}}', b"\xff"],
)
def test_not_an_index(content: bytes, tmp_path: Path) -> None:
    """An invalid index is refused in one line."""
    (tmp_path / "index.json").write_bytes(content)
    with pytest.raises(UnreadableError) as caught, open_weights(tmp_path):
        pass

    assert str(caught.value) == f"{tmp_path}/index.json is not the index of a folder of npy files"


def test_a_file_of_very_many_tensors(tmp_path: Path) -> None:
    """Each name opens its file: so many of one file are refused, and of a few thousand each is listed."""
    np.save(tmp_path / "x.npy", np.ones(1, "f4"))
    for count in (10_011, 300):
        index = {"tensors": {f"a{number}": {"file": "x.npy"} for number in range(count)}}
        (tmp_path / "index.json").write_text(json.dumps(index))
        if count == 300:
            with open_weights(tmp_path) as weights:
                assert len(weights.tensors) == 300
            continue
        with pytest.raises(UnreadableError) as caught, open_weights(tmp_path):
            pass
        message = "names 10,011 tensors in 1 files, more than winitgen reads of so few"
        assert str(caught.value) == f"{tmp_path}/index.json {message}"
