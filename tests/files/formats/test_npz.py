import hashlib
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.files.conftest import recipe_in
from tests.needed import missing
from winitgen.errors import UnreadableError, UsageError
from winitgen.files.formats import by_name
from winitgen.files.formats.format import byte_count
from winitgen.numeric.dtypes import DTYPES

FORMAT = by_name("npz")


def test_read_by_numpy(model: list[Any], save: Callable[..., str], tmp_path: Path) -> None:
    """NumPy reads every tensor, narrow formats as integers of the same bits."""
    save(FORMAT, model, tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as found:
        assert [tensor.name for tensor in model] == found.files
        for tensor in model:
            values = tensor.values().view(DTYPES[tensor.dtype].stored_as or tensor.dtype)

            assert np.array_equal(values, found[tensor.name])
            assert values.dtype == found[tensor.name].dtype


def test_a_sound_archive(
    model: list[Any], save: Callable[..., str], tmp_path: Path, metadata: dict[str, str]
) -> None:
    """Python's zipfile finds correct checksums, no compression, and no date or machine."""
    save(FORMAT, model, tmp_path / "w.npz")
    with zipfile.ZipFile(tmp_path / "w.npz") as archive:
        assert archive.testzip() is None
        assert archive.comment == metadata["winitgen"].encode()
        for member in archive.infolist():
            fixed = member.date_time, member.create_system, member.external_attr, member.compress_type
            assert fixed == ((1980, 1, 1, 0, 0, 0), 3, 0o100644 << 16, zipfile.ZIP_STORED)


def test_a_sound_archive_to_unzip(model: list[Any], save: Callable[..., str], tmp_path: Path) -> None:
    """The unzip program finds no error in the archive."""
    if shutil.which("unzip") is None:
        missing("unzip", "install it with: apt-get install unzip")
    save(FORMAT, model, tmp_path / "w.npz")

    assert (
        subprocess.run(
            ["unzip", "-tq", tmp_path / "w.npz"], check=False, stdout=subprocess.DEVNULL
        ).returncode
        == 0
    )


def test_names_in_other_letters(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """Names with non-ASCII characters and slashes are read back unchanged."""
    save(FORMAT, [fake("fc1/kernel", (2,)), fake("über/漢", (2,))], tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as found:
        assert found.files == ["fc1/kernel", "über/漢"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ["w.npy", "v", "w"],
            "npz cannot hold both 'w' and 'w.npy', as numpy.load takes the second for the first; .safetensors can",
        ),
        (
            ["m.npy.npy", "m.npy"],
            "npz cannot hold both 'm.npy' and 'm.npy.npy', as numpy.load takes the second for the first; .safetensors can",
        ),
        (
            ["ä" * 32_766],
            f"npz cannot hold '{'ä' * 100}...', whose name in the archive would have 65,536 bytes, more than 65,535; .safetensors can",
        ),
    ],
    ids=["with its ending", "with two", "too long"],
)
def test_names_that_do_not_fit(
    names: list[str], message: str, fake: Any, save: Callable[..., str], tmp_path: Path
) -> None:
    """Names under which numpy.load gives another tensor, and those that no zip holds, are refused before anything is written."""
    with pytest.raises(UsageError) as caught:
        save(FORMAT, [fake(name, (1,)) for name in names], tmp_path / "w.npz")

    assert message == str(caught.value)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("names", [["w.npy", "w.npy.npz"], ["ä" * 32_765 + "b"]], ids=["ending", "longest"])
def test_names_that_fit(names: list[str], fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A name may end as those of members, and have as many bytes as a zip has room for."""
    tensors = [fake(name, (2,)) for name in names]
    save(FORMAT, tensors, tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as found:
        for tensor in tensors:
            assert np.array_equal(tensor.values(), found[tensor.name])


def test_long_comment(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A recipe of the largest comment size is stored whole; one byte more, and its hash is stored."""
    for length, expected in ((65_535, None), (65_536, "hash")):
        text = "{" + "x" * (length - 2) + "}"
        digest = hashlib.sha256(text.encode()).hexdigest()
        save(FORMAT, [fake("a", (2,))], tmp_path / "w.npz", metadata={"winitgen": text}, force=True)

        assert (f'{{"sha256":"{digest}"}}' if expected else text) == recipe_in(tmp_path / "w.npz")


def sparse(plan: Any, path: Path) -> Any:
    """Write a planned file without its values, as a sparse file; small tensors are valid zeros."""
    sizes = [byte_count(span.tensor) for span in plan.spans]
    checksums = [zlib.crc32(bytes(size)) if size < 100 else 0 for size in sizes]
    with path.open("wb") as file:
        file.truncate(plan.size)
        for fixed in [*plan.fixed, *plan.finish(checksums)]:
            file.seek(fixed.offset)
            file.write(fixed.content)


@pytest.mark.parametrize("last", [5, 1 << 30], ids=["small last", "large last"])
def test_beyond_four_gigabytes(last: int, fake: Any, metadata: dict[str, str], tmp_path: Path) -> None:
    """Python's zipfile finds members larger than 4 GiB, or after that many bytes."""
    tensors = [fake("a", (3,)), fake("b", (1 << 30, 2)), fake("c", (last,)), fake("d", (7,))]
    sparse(FORMAT.lay_out(tensors, metadata), tmp_path / "w.npz")
    with zipfile.ZipFile(tmp_path / "w.npz") as archive:
        assert [byte_count(tensor) + 128 for tensor in tensors] == [
            one.file_size for one in archive.infolist()
        ]
        for tensor in tensors:
            with archive.open(tensor.name + ".npy") as member:
                assert np.lib.format.read_magic(member) == (1, 0)
                assert np.lib.format.read_array_header_1_0(member)[0] == tensor.shape


@pytest.mark.parametrize("size", [2**32 - 2, 2**32 - 1, 2**32])
def test_at_the_border_of_four_gigabytes(
    size: int, fake: Any, metadata: dict[str, str], tmp_path: Path
) -> None:
    """Sizes around the limits of zip64 are read back correctly."""
    tensors = [fake("a", (size - 128,), "float8_e5m2"), fake("b", (1,))]
    sparse(FORMAT.lay_out(tensors, metadata), tmp_path / "w.npz")
    with zipfile.ZipFile(tmp_path / "w.npz") as archive:
        assert size == archive.infolist()[0].file_size
        with archive.open("b.npy") as member:
            assert np.lib.format.read_magic(member) == (1, 0)


def test_more_than_65535_members(fake: Any, metadata: dict[str, str], tmp_path: Path) -> None:
    """More tensors than a plain zip can count are all there."""
    tensors = [fake(f"t{index}", ()) for index in range(65_536)]
    sparse(FORMAT.lay_out(tensors, metadata), tmp_path / "w.npz")
    with zipfile.ZipFile(tmp_path / "w.npz") as archive:
        assert len(archive.infolist()) == len(tensors)


def test_without_tensors(save: Callable[..., str], tmp_path: Path) -> None:
    """An archive without tensors is valid."""
    save(FORMAT, [], tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as found:
        assert found.files == []


def test_not_ours(tmp_path: Path) -> None:
    """An archive of another program has no recipe, with any comment."""
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
        archive.writestr("a.npy", b"")
        archive.comment = b"made by hand"

    assert recipe_in(tmp_path / "w.npz") is None


def test_not_an_archive(tmp_path: Path) -> None:
    """A file that only begins like a zip is refused as damaged."""
    (tmp_path / "w.npz").write_bytes(b"PK\5\6")
    with pytest.raises(UnreadableError) as caught:
        recipe_in(tmp_path / "w.npz")

    assert str(caught.value) == f"{tmp_path}/w.npz is not an npz file, or is damaged"
