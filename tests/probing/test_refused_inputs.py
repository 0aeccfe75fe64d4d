"""Files of samples that are refused, with the whole message."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.probing.conftest import Written
from winitgen.catalog.layers.flow import Flow
from winitgen.errors import UnreadableError, UsageError, WinitgenError
from winitgen.probing import inputs

IMAGE = Flow((2, 3, 5))
TOKENS = Flow((4,), tokens=True)
NAN = np.where(np.arange(60).reshape(2, 2, 3, 5) == 47, np.nan, 1.0)

REFUSED: dict[str, tuple[str, Any, Flow, type[WinitgenError], str]] = {
    "a shape that does not fit": (
        "x.npy",
        np.ones((4, 3, 2, 5)),
        IMAGE,
        UnreadableError,
        "x.npy has the shape (4, 3, 2, 5), but the model takes (2, 3, 5); write samples of the shape (N, 2, 3, 5)",
    ),
    "a sample without its axis": (
        "x.npy",
        np.ones((2, 3, 5)),
        IMAGE,
        UnreadableError,
        "x.npy has the shape (2, 3, 5), that of one sample; write samples of the shape (N, 2, 3, 5)",
    ),
    "not a number": ("x.npy", NAN, IMAGE, UnreadableError, "x.npy: NaN in sample 1, at [1, 0, 2]"),
    "an infinite number": (
        "x.npy",
        np.array([[1.0, -np.inf]]),
        Flow((2,)),
        UnreadableError,
        "x.npy: an infinite number in sample 0, at [1]",
    ),
    "a number beyond float64": (
        "x.npy",
        np.array([[1, np.longdouble("-2e308")]]),
        Flow((2,)),
        UnreadableError,
        "x.npy: a number beyond float64 in sample 0, at [1]",
    ),
    "complex numbers": (
        "x.npy",
        np.ones((2, 30), np.complex64),
        IMAGE,
        UnreadableError,
        "x.npy holds complex64 values; samples are real numbers",
    ),
    "text": (
        "x.npy",
        np.array([["a"]]),
        Flow((1,)),
        UnreadableError,
        "x.npy holds str32 values; samples are real numbers",
    ),
    "no samples": ("x.npy", np.ones((0, 30)), IMAGE, UnreadableError, "x.npy holds no samples"),
    "a single number": ("x.npy", np.float64(1), IMAGE, UnreadableError, "x.npy holds no samples"),
    "too few samples": (
        "x.npy",
        np.ones((2, 30)),
        IMAGE,
        UsageError,
        "x.npy has 2 samples, not 3; lower --samples",
    ),
    "several arrays": (
        "x.npz",
        {"a": np.ones(2), "b": np.ones(2)},
        IMAGE,
        UsageError,
        "x.npz holds 2 arrays: a, b; name one, as in x.npz:a",
    ),
    "an array that is not there": (
        "x.npz:inputs",
        {"input": np.ones(2)},
        IMAGE,
        UsageError,
        "x.npz has no array 'inputs'; did you mean 'input'?",
    ),
    "text in a table": (
        "x.csv",
        "1,2\n3,four\n",
        Flow((2,)),
        UnreadableError,
        "x.csv:2:2: 'four' is not a number",
    ),
    "rows of several lengths": (
        "x.csv",
        "1,2\n3\n",
        Flow((2,)),
        UnreadableError,
        "x.csv:2: 1 number, but 2 in the lines before",
    ),
    "another kind of file": (
        "x.txt",
        "1",
        IMAGE,
        UsageError,
        "x.txt: samples are read from .npy, .npz, .csv",
    ),
    "not what its name says": (
        "x.npz",
        "1,2",
        IMAGE,
        UnreadableError,
        "cannot read x.npz: not a numeric .npz file, or damaged",
    ),
    "objects that would run code": (
        "x.npy",
        np.array([{}], dtype=object),
        IMAGE,
        UnreadableError,
        "cannot read x.npy: not a numeric .npy file, or damaged",
    ),
    "half a file": (
        "x.npy",
        "\x93NUMPY\x01",
        IMAGE,
        UnreadableError,
        "cannot read x.npy: not a numeric .npy file, or damaged",
    ),
    "a header that is no dictionary": (
        "x.npy",
        "\x93NUMPY\x01\x00\x02\x00(\n",
        IMAGE,
        UnreadableError,
        "cannot read x.npy: not a numeric .npy file, or damaged",
    ),
    "a cell of a hundred thousand letters": (
        "x.csv",
        "1\n" + "x" * 140_000 + "\n",
        Flow((1,)),
        UnreadableError,
        "cannot read x.csv: field larger than field limit (131072)",
    ),
    "endless tokens": (
        "x.npy",
        np.full((1, 4), np.inf),
        TOKENS,
        UnreadableError,
        "x.npy holds NaN or infinite numbers, but this model takes tokens",
    ),
    "fractions of tokens": (
        "x.npy",
        np.full((1, 4), 0.5),
        TOKENS,
        UnreadableError,
        "x.npy holds fractions, but this model takes tokens, which are whole numbers",
    ),
    "a token beyond the table": (
        "x.npy",
        np.full((1, 4), 10),
        TOKENS,
        UnreadableError,
        "x.npy holds the token 10; tokens run from 0 to 9",
    ),
    "a token below zero": (
        "x.npy",
        np.array([[0, -1, 0, 0]]),
        TOKENS,
        UnreadableError,
        "x.npy holds the token -1; tokens run from 0 to 9",
    ),
}


@pytest.mark.parametrize(("name", "content", "flow", "kind", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(
    written: Written, name: str, content: Any, flow: Flow, kind: type[WinitgenError], message: str
) -> None:
    """One line says what is wrong with the file, and what to do."""
    written(name.partition(":")[0], content)

    with pytest.raises(kind) as refused:
        inputs.read(name, flow, 3 if "too few" in message or "not 3" in message else None, 10)

    assert message == str(refused.value)


def test_the_shape_of_a_file_of_which_one_sample_is_asked_for(written: Written) -> None:
    """It is that of the file, and not of what is taken of it."""
    path = str(written("x.npy", np.ones(1000)))
    with pytest.raises(UnreadableError) as caught:
        inputs.read(path, Flow((1000,)), 1, None)

    text = "has the shape (1000,), that of one sample; write samples of the shape (N, 1000)"
    assert f"{path} {text}" == str(caught.value)


def test_a_damaged_archive(written: Written) -> None:
    """A member with changed bytes is reported in one line, for any error of the compressor."""
    np.savez_compressed("x.npz", x=np.arange(60.0).reshape(2, 30))
    content = bytearray(Path("x.npz").read_bytes())
    content[60:90] = bytes(30)
    Path("x.npz").write_bytes(content)

    with pytest.raises(UnreadableError) as refused:
        inputs.read("x.npz", IMAGE, None, None)

    assert "cannot read x.npz: it is damaged: zipfile cannot open it" == str(refused.value)


def test_a_file_under_the_wrong_ending(written: Written) -> None:
    """An archive that is called .npy, and an array that is called .npz, are refused with the right ending."""
    Path(written("x.npz", {"x": np.ones(2)})).rename("archive.npy")
    Path(written("x.npy", np.ones(2))).rename("array.npz")

    with pytest.raises(UnreadableError) as archive:
        inputs.read("archive.npy", IMAGE, None, None)
    with pytest.raises(UnreadableError) as array:
        inputs.read("array.npz", IMAGE, None, None)

    assert "cannot read archive.npy: it is an archive; rename it to .npz" == str(archive.value)
    assert "cannot read array.npz: it is a single array; rename it to .npy" == str(array.value)


def test_a_missing_file() -> None:
    """The system's reason is given."""
    with pytest.raises(UnreadableError) as refused:
        inputs.read("no.npy", IMAGE, None, None)

    assert "cannot read no.npy: No such file or directory" == str(refused.value)


def test_more_than_a_gigabyte(written: Written) -> None:
    """All samples of a large file are refused, with a number that is not."""
    with open("big.npy", "wb") as file:
        np.lib.format.write_array_header_1_0(
            file, {"shape": (20_000_000, 30), "fortran_order": False, "descr": "<f8"}
        )
        file.truncate(file.tell() + 20_000_000 * 240)

    with pytest.raises(UnreadableError) as refused:
        inputs.read("big.npy", IMAGE, None, None)

    assert (
        "big.npy: 20,000,000 samples of 240 bytes are more than a gigabyte; take the first ones with --samples 4473924"
        == str(refused.value)
    )
    assert (7, 2, 3, 5) == inputs.read("big.npy", IMAGE, 7, None).shape


@pytest.mark.parametrize("name", ["p.csv", "p.npy"])
def test_a_pipe_is_not_waited_for(written: Written, name: str) -> None:
    """A named pipe without a writer would be waited for without end."""
    os.mkfifo(name)

    with pytest.raises(UnreadableError) as refused:
        inputs.read(name, Flow((2,)), None, None)

    assert f"cannot read {name}: it is not a regular file" == str(refused.value)
