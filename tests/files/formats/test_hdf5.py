import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from tests.files.conftest import recipe_in
from winitgen.errors import UnreadableError, UsageError
from winitgen.files.formats import by_name
from winitgen.files.formats.hdf5.recorder import Recorder

FORMAT = by_name("hdf5")


def test_read_by_h5py(model: list[Any], save: Callable[..., str], tmp_path: Path) -> None:
    """H5py reads every tensor's values, bfloat16 as numbers."""
    save(FORMAT, model, tmp_path / "w.h5")
    with h5py.File(tmp_path / "w.h5") as file:
        for tensor in model:
            found = file[tensor.name.replace(".", "/")]
            if tensor.dtype.startswith("float8"):
                assert found.attrs["dtype"] == tensor.dtype
                assert np.array_equal(tensor.values().view("u1"), found[()])
            else:
                assert np.array_equal(tensor.values().astype(float), found[()].astype(float))
            assert tensor.shape == found.shape


def test_number_formats(model: list[Any], save: Callable[..., str], tmp_path: Path) -> None:
    """Every dataset has its own number format, little-endian."""
    save(FORMAT, model, tmp_path / "w.h5")
    with h5py.File(tmp_path / "w.h5") as file:
        found = {tensor.dtype: file[tensor.name.replace(".", "/")].id.get_type() for tensor in model}

        assert all(kind.get_order() == h5py.h5t.ORDER_LE for kind in found.values() if kind.get_size() > 1)
        assert found["bfloat16"].get_fields() == (15, 7, 8, 0, 7)
        assert found["bfloat16"].get_ebias() == 127
        assert found["bfloat16"].get_precision() == 16
        assert found["float16"].equal(h5py.h5t.IEEE_F16LE)
        assert found["int64"].equal(h5py.h5t.STD_I64LE)


def test_all_bfloat16_numbers(save: Callable[..., str], tmp_path: Path) -> None:
    """Each of the 65,536 bit patterns reads as the same number as in ml_dtypes."""
    import ml_dtypes

    bits = np.arange(1 << 16, dtype="u2").view(ml_dtypes.bfloat16)

    class Tensor:
        name, shape, dtype = "w", bits.shape, "bfloat16"

        def draw(self, start: int, count: int, workspace: Any) -> Any:
            return bits[start : start + count]

    save(FORMAT, [Tensor()], tmp_path / "w.h5")
    with h5py.File(tmp_path / "w.h5") as file:
        found = file["w"].astype("f4")[()]

    assert np.array_equal(bits.astype("f4"), found, equal_nan=True)


def test_groups_and_recipe(
    fake: Any, save: Callable[..., str], tmp_path: Path, metadata: dict[str, str]
) -> None:
    """Names become groups at dots and slashes, and the root carries the recipe."""
    save(FORMAT, [fake("a.b.w", (1,)), fake("a/c/漢", (1,))], tmp_path / "w.hdf5")
    with h5py.File(tmp_path / "w.hdf5") as file:
        names = []
        file.visit(names.append)

        assert names == ["a", "a/b", "a/b/w", "a/c", "a/c/漢"]
        assert file.attrs["winitgen"] == metadata["winitgen"]


def test_the_recipe_is_read_without_the_datasets(
    fake: Any,
    save: Callable[..., str],
    tmp_path: Path,
    metadata: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Reading the recipe does not list thousands of datasets."""
    save(FORMAT, [fake("a", (1,))], tmp_path / "w.h5")
    monkeypatch.setattr(
        "winitgen.files.formats.hdf5.reader._listed", lambda *args: pytest.fail("datasets were listed")
    )

    assert metadata["winitgen"] == recipe_in(tmp_path / "w.h5")


def test_same_bytes_in_another_process(
    model: list[Any], save: Callable[..., str], tmp_path: Path, digest: Callable[[str | Path], str]
) -> None:
    """Another process, with other memory and another hash seed, writes the same bytes."""
    save(FORMAT, model, tmp_path / "w.h5")
    code = f"""
import sys
sys.path[:0] = {sys.path!r}
from winitgen.numeric.dtypes import DTYPES
import importlib.util
spec = importlib.util.spec_from_file_location("known", {str(Path(__file__).parents[1] / "conftest.py")!r})
known = importlib.util.module_from_spec(spec)
spec.loader.exec_module(known)
from winitgen.files.formats import by_name
from winitgen.files.output.options import WriteOptions
from winitgen.files.output.output_plan import plan_output
from winitgen.files.output.publish import publish
output = plan_output(by_name("hdf5"), known.model.__wrapped__(), known.METADATA)
publish(output, {str(tmp_path / "v.h5")!r}, WriteOptions())
"""
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONHASHSEED": "7"})

    assert digest(tmp_path / "w.h5") == digest(tmp_path / "v.h5")


def test_ten_gigabytes_are_not_allocated(fake: Any, metadata: dict[str, str]) -> None:
    """A file of many gigabytes is planned from a few pages."""
    plan = FORMAT.lay_out([fake(f"layer{index}.w", (1 << 28,)) for index in range(10)], metadata)

    assert plan.size > 10 << 30
    assert sum(len(fixed.content) for fixed in plan.fixed) < 1 << 16


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("a", "a.b"), "hdf5 cannot hold both 'a' and 'a.b' under one path; .safetensors can"),
        (("a/b/c", "a"), "hdf5 cannot hold both 'a' and 'a/b/c' under one path; .safetensors can"),
        (("a.b", "a/b"), "hdf5 cannot hold both 'a.b' and 'a/b' under one path; .safetensors can"),
        (("a..b",), "hdf5 cannot hold 'a..b', which names a group with an empty name; .safetensors can"),
        ((".a",), "hdf5 cannot hold '.a', which names a group with an empty name; .safetensors can"),
    ],
)
def test_names_that_do_not_fit(
    names: tuple[str, ...], message: str, fake: Any, metadata: dict[str, str]
) -> None:
    """Names that would be one path, or no path, are refused."""
    with pytest.raises(UsageError) as caught:
        FORMAT.lay_out([fake(name, (1,)) for name in names], metadata)

    assert str(caught.value) == message


def test_not_hdf5(tmp_path: Path) -> None:
    """A file that only begins like HDF5 is refused as damaged."""
    (tmp_path / "w.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    with pytest.raises(UnreadableError) as caught:
        recipe_in(tmp_path / "w.h5")

    assert str(caught.value) == f"{tmp_path}/w.h5 is not an HDF5 file, or is damaged"


@pytest.mark.parametrize("value", [3, np.arange(3), np.bytes_(b"{}"), h5py.Empty("f4")], ids=repr)
def test_an_attribute_of_another_kind(value: Any, tmp_path: Path) -> None:
    """An attribute with the right name that is not text is no recipe."""
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.attrs["winitgen"] = value

    assert recipe_in(tmp_path / "w.h5") is None


def test_recorder_is_a_file() -> None:
    """Written bytes are read back, and bytes never written are zero."""
    file = Recorder()
    file.seek(10_000)
    file.write(b"abc")
    file.seek(9_998)

    assert file.read(6) == b"\0\0abc\0"
    assert file.tell() == 10_004
    assert file.seek(0, 2) == 10_003
    assert [(fixed.offset, len(fixed.content)) for fixed in file.written([(9192, 9500)])] == [
        (8192, 1000),
        (9500, 503),
    ]


def test_recorder_joins_pages_in_a_row() -> None:
    """All that was written in a row is one piece, cut by holes, in a time that goes with its length."""
    file = Recorder()
    content = bytes(range(256)) * 48_000  # 3,000 pages
    file.write(content)
    file.seek(len(content) + 4096)
    file.write(b"xyz")
    start = time.process_time()
    found = file.written([(5000, 5010), (4_000_000, 4_000_000)])
    took = time.process_time() - start

    end = len(content)
    assert [(0, content[:5000]), (5010, content[5010:]), (end + 4096, b"xyz")] == found
    assert took < 1


@pytest.mark.parametrize("position", [8, 9, 24, 25])
@pytest.mark.parametrize("value", [0, 1, 17, 255])
def test_damaged_heap(
    position: int, value: int, fake: Any, save: Callable[..., str], tmp_path: Path, metadata: dict[str, str]
) -> None:
    """A heap that declares a wrong size, for itself or for its text, is refused or read, but never hangs."""
    path = tmp_path / "w.h5"
    save(FORMAT, [fake("w", (3,))], path)
    content = bytearray(path.read_bytes())
    content[content.index(b"GCOL") + position] = value
    path.write_bytes(content)
    try:
        found = recipe_in(path)
    except UnreadableError as error:
        found = str(error)

    assert found in (metadata["winitgen"], None, f"{path} is not an HDF5 file, or is damaged")
