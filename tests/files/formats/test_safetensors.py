import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import safetensors
import safetensors.numpy

from winitgen.errors import UnreadableError, UsageError
from winitgen.files.formats import by_name
from winitgen.files.formats.safetensors.reader import read_from
from winitgen.numeric.dtypes import DTYPES

FORMAT = by_name("safetensors")


def theirs(tensors: Any, path: Path, metadata: dict[str, str]) -> Any:
    """Write with the safetensors library."""
    arrays = {tensor.name: np.ascontiguousarray(tensor.values()).reshape(tensor.shape) for tensor in tensors}
    safetensors.numpy.save_file(arrays, path, metadata)
    return path.read_bytes()


@pytest.mark.parametrize("seed", range(120))
def test_same_bytes_as_the_library(seed: int, fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """Any tensors with at most one metadata key give the library's own bytes."""
    source = random.Random(seed)  # noqa: S311 - made-up inputs
    letters = 'abcXYZ019._-/ é漢\\"😀\x7f'
    names = {
        "".join(source.choices(letters[:13], k=source.randint(1, 12))) + "w"
        for _ in range(source.randint(0, 12))
    }
    tensors = [
        fake(
            name.replace("/", "") + source.choice(letters[13:18]).strip(),
            tuple(source.choices((0, 1, 2, 3, 17), k=source.randint(0, 4))),
            source.choice(list(DTYPES)),
        )
        for name in sorted(names)
    ]
    tensors = list({tensor.name: tensor for tensor in tensors}.values())
    metadata = source.choice([{}, {"format": "pt"}, {"winitgen": '{"seed":1,"spec":"ü\\n\x1f/"}'}])
    save(FORMAT, tensors, tmp_path / "ours.safetensors", metadata=metadata)
    expected = theirs(tensors, tmp_path / "theirs.safetensors", metadata or None)

    assert expected == (tmp_path / "ours.safetensors").read_bytes()


def test_two_keys_in_the_order_given(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """With two metadata keys, the caller's order is kept."""
    path = tmp_path / "w.safetensors"
    save(FORMAT, [fake("a", (1,))], path, metadata={"format": "pt", "winitgen": "{}"})

    assert path.read_bytes()[8:].startswith(b'{"__metadata__":{"format":"pt","winitgen":"{}"},"a":{')


def test_read_by_the_library(
    model: list[Any], save: Callable[..., str], tmp_path: Path, metadata: dict[str, str]
) -> None:
    """The library reads the bits of every tensor, and the metadata."""
    path = tmp_path / "w.safetensors"
    save(FORMAT, model, path)
    with safetensors.safe_open(path, "np") as file:
        found = {name: file.get_slice(name).get_shape() for name in file.keys()}  # noqa: SIM118

        assert {tensor.name: list(tensor.shape) for tensor in model} == found
        assert metadata == file.metadata()
        for tensor in model:
            if not tensor.dtype.startswith("float8"):
                assert np.array_equal(tensor.values(), file.get_tensor(tensor.name))


def test_bits_of_the_narrow_formats(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """The numbers -8 to 8 have the bits that ml_dtypes gives them."""
    tensor = fake("w", (17,), "bfloat16")
    path = tmp_path / "w.safetensors"
    save(FORMAT, [tensor], path)
    values = np.frombuffer(path.read_bytes()[-34:], "<u2").view(ml_dtypes.bfloat16)

    assert tensor.values().astype(float).tolist() == values.astype(float).tolist()


def test_reserved_name(fake: Any, metadata: dict[str, str]) -> None:
    """The name '__metadata__', which would make the file unreadable, is refused."""
    with pytest.raises(UsageError) as caught:
        FORMAT.lay_out([fake("__metadata__", (1,))], metadata)

    assert str(caught.value) == "safetensors keeps the name '__metadata__' for itself; .npz can hold it"


def test_header_too_long(fake: Any, metadata: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A header that the library would not read is refused before anything is drawn."""
    monkeypatch.setattr("winitgen.files.formats.safetensors.writer.LONGEST_HEADER", 300)
    with pytest.raises(UsageError) as caught:
        FORMAT.lay_out([fake("w" * 300, (1,))], {})

    assert str(caught.value) == (
        "safetensors allows a header of at most 300 bytes, but this one has 360; .npz has no such limit"
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param((1 << 63).to_bytes(8, "little") + b"{}", id="header longer than any"),
        pytest.param((10**8).to_bytes(8, "little") + b"{}", id="header longer than the file"),
        pytest.param(b"\2" + bytes(7) + b"[]", id="header a list"),
        pytest.param(b"\2" + bytes(7) + b"{]", id="header not JSON"),
        pytest.param(b'\x15\0\0\0\0\0\0\0{"__metadata__":"abc"}', id="metadata a text"),
        pytest.param(b"\xa8\x61\0\0\0\0\0\0" + b'{"a":' + b"[" * 24995, id="header nested without end"),
    ],
)
def test_unreadable(content: bytes, tmp_path: Path) -> None:
    """An invalid header is refused in one line."""
    path = tmp_path / "w.safetensors"
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as caught, path.open("rb") as file:
        read_from(file, file, str(path))

    assert str(caught.value) == f"{path} is not a safetensors file"
