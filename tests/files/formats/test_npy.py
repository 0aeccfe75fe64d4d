import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from winitgen.errors import UnreadableError, UsageError
from winitgen.files.formats import by_name
from winitgen.files.formats.npy.writer import header
from winitgen.files.input import open_weights
from winitgen.numeric.dtypes import DTYPES

FORMAT = by_name("npy")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (7,), (2, 3), (10**9, 0)], ids=str)
def test_one_tensor(
    dtype: str, shape: tuple[int, ...], fake: Any, save: Callable[..., str], tmp_path: Path
) -> None:
    """One tensor gives the bytes of np.save, narrow formats as integers of the same bits."""
    tensor = fake("w", shape, dtype)
    save(FORMAT, [tensor], tmp_path / "w.npy")
    expected = io.BytesIO()
    values = tensor.values()
    np.save(expected, values.view(DTYPES[dtype].stored_as or dtype))

    assert expected.getvalue() == (tmp_path / "w.npy").read_bytes()


@pytest.mark.parametrize("mode", [None, "r"], ids=["read", "mapped"])
def test_several(mode: str | None, model: list[Any], save: Callable[..., str], tmp_path: Path) -> None:
    """Several tensors form one record, read by name or memory-mapped."""
    save(FORMAT, model, tmp_path / "w.npy")
    found = np.load(tmp_path / "w.npy", mmap_mode=mode)
    for tensor in model:
        values = tensor.values().view(DTYPES[tensor.dtype].stored_as or tensor.dtype)

        assert np.array_equal(values, found[tensor.name])
        assert values.shape == found[tensor.name].shape


@pytest.mark.parametrize("name", ["a", "é", "漢", "it's", 'a"b', "x" * 5000])
def test_record_as_numpy_writes_it(name: str, fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A record has the bytes of np.save, with any characters in the names."""
    tensors = [fake(name, (3,)), fake("b", ())]
    save(FORMAT, tensors, tmp_path / "w.npy")
    record = np.zeros((), [(name, "<f4", (3,)), ("b", "<f4")])
    for tensor in tensors:
        record[tensor.name] = tensor.values()
    expected = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # NumPy warns that such characters need a newer header
        np.save(expected, record)

    assert expected.getvalue() == (tmp_path / "w.npy").read_bytes()


def test_long_header() -> None:
    """A header too long for a two-byte length gets a four-byte one."""
    long = header([("x" * 70_000, "<f4")], ())

    assert long.startswith(b"\x93NUMPY\x02\x00")
    assert len(long) % 64 == 0


def test_record_too_large(fake: Any) -> None:
    """A record with more bytes than NumPy can count is refused, and the message names formats that can hold it."""
    with pytest.raises(UsageError) as caught:
        FORMAT.lay_out([fake("a", (1 << 29,)), fake("b", (1,))], {})

    assert str(caught.value) == (
        "npy cannot hold a record of 2,147,483,652 bytes, as NumPy's largest is 2,147,483,646; "
        ".npz and a folder (a path that ends in /) can"
    )


def test_largest_record(fake: Any) -> None:
    """A record just below NumPy's limit is laid out, and one byte more is not."""
    below = [fake("a", (2**31 - 3,), "float8_e5m2"), fake("b", (1,), "float8_e5m2")]
    above = [below[0], fake("b", (2,), "float8_e5m2")]

    assert FORMAT.lay_out(below, {}).size == 2**31 - 2 + 128
    with pytest.raises(UsageError):
        FORMAT.lay_out(above, {})


@pytest.mark.parametrize("shape", [(2**31, 0), (0, 5, 2**40)], ids=str)
def test_axis_too_long(shape: tuple[int, ...], fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A field of no bytes with an axis that NumPy cannot count is refused; alone such an array is read."""
    with pytest.raises(UsageError) as caught:
        FORMAT.lay_out([fake("a", (1,)), fake("b", shape)], {})

    assert str(caught.value) == (
        "npy cannot hold 'b' beside other tensors, as NumPy's longest axis in a record is 2,147,483,647; "
        ".npz and a folder (a path that ends in /) can"
    )
    save(FORMAT, [fake("b", shape)], tmp_path / "w.npy")
    assert shape == np.load(tmp_path / "w.npy").shape


def test_longest_axis(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """NumPy reads the longest axis that is written."""
    save(FORMAT, [fake("a", (1,)), fake("b", (2**31 - 1, 0))], tmp_path / "w.npy")

    assert (2**31 - 1, 0) == np.load(tmp_path / "w.npy")["b"].shape


def test_too_many_names(fake: Any) -> None:
    """A record whose names NumPy would refuse to read is refused, and the message names formats that can hold it."""
    with pytest.raises(UsageError) as caught:
        FORMAT.lay_out([fake(f"tensor{index}", (1,)) for index in range(400)], {})

    assert str(caught.value) == (
        "npy cannot hold 400 tensors with these names, as NumPy reads no header past 10,000 characters; "
        ".npz and a folder (a path that ends in /) can"
    )


def test_most_names(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """NumPy reads the longest header that is written."""
    for count in range(300, 420):
        tensors = [fake(f"tensor{index}", (1,)) for index in range(count)]
        try:
            save(FORMAT, tensors, tmp_path / "w.npy", force=True, fsync=False)
        except UsageError:
            break
        assert len(np.load(tmp_path / "w.npy").dtype) == count
    else:
        pytest.fail("no count was refused")


def test_nothing(fake: Any) -> None:
    """A record of no tensors is refused."""
    with pytest.raises(UsageError) as caught:
        FORMAT.lay_out([], {})

    assert str(caught.value) == (
        "npy cannot hold a model without tensors; .npz and a folder (a path that ends in /) can"
    )


def test_not_npy(tmp_path: Path) -> None:
    """A file that only begins like an npy is refused as damaged."""
    (tmp_path / "w.npy").write_bytes(b"\x93NUMPY")
    with pytest.raises(UnreadableError) as caught, open_weights(tmp_path / "w.npy"):
        pass

    assert str(caught.value) == f"{tmp_path}/w.npy is not an npy file, or is damaged"
