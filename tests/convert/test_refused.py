"""What `winitgen.convert` refuses: each with one line, and nothing is left or replaced."""

from __future__ import annotations

import json
import math
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of two tensors."""
    path = tmp_path / "w.safetensors"
    save_file({"m.a": np.ones(2), "m.b": np.zeros(3)}, path)
    return path


@pytest.mark.parametrize(
    ("name", "rules", "message"),
    [
        ("x.npz", {"ignore": ["c"]}, "{source} has no tensor for ignore 'c'"),
        ("x.npz", {"rename": ["a=c", "^a="]}, "{source} has no tensor for rename '^a'"),
        ("x.npz", {"strip_prefix": "n."}, "{source} has no tensor whose name begins with 'n.'"),
        ("x.npz", {"ignore": ["m.?"]}, "ignore leaves no tensor of {source} to be written"),
        ("x.npz", {"rename": ["[ab]=c"]}, "{source}: 'm.a' and 'm.b' would both be called 'm.c'"),
        ("x.npz", {"dtype": "int8"}, "dtype is one of float64, float32, float16, bfloat16, float8_e4m3fn, float8_e5m2, float8_e4m3fnuz, float8_e5m2fnuz, not 'int8'"),
        ("x.npz", {"rename": ["m[.]b=m.a.npy"]}, "npz cannot hold both 'm.a' and 'm.a.npy', as numpy.load takes the second for the first; .safetensors can"),
        ("x.weights.h5", {}, "convert cannot write keras-h5, which has the paths of Keras's own objects; '.h5' is plain HDF5"),
        ("w.safetensors", {"force": True}, "{source}: the output would take the place of a file whose values it needs; give it another name"),
        ("x.txt", {}, "{folder}/x.txt: unknown ending '.txt'; the endings are .h5, .hdf5, .npy, .npz, .safetensors, .weights.h5, and / for a folder"),
    ],
)  # fmt: skip
def test_calls(tmp_path: Path, source: Path, name: str, rules: dict[str, Any], message: str) -> None:
    """A rule that fits no name is a mistake here: the new file would have other names than one thinks."""
    before = source.read_bytes()
    with pytest.raises(winitgen.UsageError) as error:
        winitgen.convert(source, tmp_path / name, **rules)

    assert message.format(source=source, folder=tmp_path) == str(error.value)
    assert (["w.safetensors"], before) == ([path.name for path in tmp_path.iterdir()], source.read_bytes())


def test_arrays_that_cannot_be_copied(tmp_path: Path) -> None:
    """An array without a name needs one; text is left out with the option in the message."""
    np.save(tmp_path / "w.npy", np.ones(3))
    np.savez(tmp_path / "w.npz", text=np.array(["a"]), w=np.ones(2))
    with pytest.raises(winitgen.UsageError) as nameless:
        winitgen.convert(tmp_path / "w.npy", tmp_path / "x.npz")
    with pytest.raises(winitgen.UsageError) as text:
        winitgen.convert(tmp_path / "w.npz", tmp_path / "x.safetensors")

    advice = "give it one, as in --rename '^$=weight'"
    assert f"the array of {tmp_path}/w.npy has no name; {advice}" == str(nameless.value)
    winitgen.convert(tmp_path / "w.npy", tmp_path / "x.npz", rename=["^$=weight"])
    assert ["weight"] == [*np.load(tmp_path / "x.npz")]
    advice = "leave it out with --ignore text"
    assert f"'text' of {tmp_path}/w.npz is str32, which cannot be copied; {advice}" == str(text.value)
    winitgen.convert(tmp_path / "w.npz", tmp_path / "x.safetensors", ignore=["text"])


def test_an_existing_file_stays(tmp_path: Path, source: Path) -> None:
    """Until ``force`` replaces it."""
    other = tmp_path / "x.safetensors"
    save_file({"z": np.ones(1)}, other)
    with pytest.raises(winitgen.ExistsError) as error:
        winitgen.convert(source, other)

    assert f"{other} exists and carries no recipe of winitgen; --force replaces it" == str(error.value)
    assert "written" == winitgen.convert(source, other, force=True).status
    assert winitgen.diff(source, other)["equal"]


def test_a_folder_without_a_recipe_is_replaced(tmp_path: Path, source: Path) -> None:
    """By its names it is one that was converted before, and holds nothing else."""
    folder = tmp_path / "out"
    save_file({"z": np.ones(1)}, tmp_path / "old.safetensors")
    winitgen.convert(tmp_path / "old.safetensors", f"{folder}/")
    with pytest.raises(winitgen.ExistsError) as refused:
        winitgen.convert(source, f"{folder}/")
    assert f"{folder}/ exists and differs: it has no 'm.a.npy'; --force replaces it" == str(refused.value)
    winitgen.convert(source, f"{folder}/", force=True)
    assert ["index.json", "m.a.npy", "m.b.npy"] == sorted(each.name for each in folder.iterdir())

    (folder / "mine.txt").write_text("mine")
    with pytest.raises(winitgen.OutputError) as caught:
        winitgen.convert(tmp_path / "old.safetensors", f"{folder}/", force=True)
    assert f"cannot replace {folder}/: it holds 'mine.txt', which is not in its index.json" == str(
        caught.value
    )
    assert "mine" == (folder / "mine.txt").read_text()


def test_a_model_of_winitgen_without_its_recipe_stays_too(tmp_path: Path, source: Path) -> None:
    """A file with a recipe is not replaced by one without."""
    other = tmp_path / "x.safetensors"
    winitgen.write({"input": 2, "layers": [{"name": "f", "type": "dense", "units": 3}]}, other)
    with pytest.raises(winitgen.ExistsError) as error:
        winitgen.convert(source, other)

    assert f"{other} exists and differs; --force replaces it" == str(error.value)


def test_a_file_that_a_loader_may_misread(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A wrong ending is seen before, and a wrong checksum after the values are read; no file is left."""
    np.savez(tmp_path / "w.npz", w=np.arange(100.0))
    content = bytearray((tmp_path / "w.npz").read_bytes())
    with zipfile.ZipFile(tmp_path / "w.npz") as archive:
        begin = archive.getinfo("w.npy").header_offset
    content[begin + 700] ^= 1
    (tmp_path / "bad.npz").write_bytes(content)
    (tmp_path / "w.h5").write_bytes((tmp_path / "w.npz").read_bytes())
    with pytest.raises(winitgen.UnreadableError):
        winitgen.convert(tmp_path / "bad.npz", "-")
    assert "" == capfd.readouterr().out
    for name in ("bad.npz", "w.h5"):
        with pytest.raises(winitgen.UnreadableError) as error:
            winitgen.convert(tmp_path / name, tmp_path / "x.safetensors")
        assert str(error.value).startswith(f"a loader may misread {tmp_path / name}: ")

    assert {"w.npz", "bad.npz", "w.h5"} == {path.name for path in tmp_path.iterdir()}


def test_too_many_axes_for_hdf5(tmp_path: Path) -> None:
    """PyTorch and NumPy have 64, HDF5 has 32."""
    save_file({"w": np.ones([1] * 33)}, tmp_path / "w.safetensors")
    save_file({"w": np.ones([1] * 32)}, tmp_path / "less.safetensors")
    for dry_run in (False, True):
        with pytest.raises(winitgen.UsageError) as error:
            winitgen.convert(tmp_path / "w.safetensors", tmp_path / "w.h5", dry_run=dry_run)
        assert "hdf5 cannot hold 'w', which has 33 axes, more than 32; .safetensors can" == str(error.value)

    assert not (tmp_path / "w.h5").exists()
    winitgen.convert(tmp_path / "less.safetensors", tmp_path / "w.h5")
    assert winitgen.diff(tmp_path / "less.safetensors", tmp_path / "w.h5")["equal"]


@pytest.mark.parametrize("ending", [".npz", ".npy", "/", ".h5"])
@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ([1] * 65, "has 65 axes, which no array of NumPy has; .safetensors can hold it"),
        (
            [0, 2**62],
            "has the shape [0, 4611686018427387904], which no array of NumPy has; .safetensors can hold it",
        ),
    ],
)
def test_shapes_that_no_array_has(shape: list[int], words: str, ending: str, tmp_path: Path) -> None:
    """PyTorch loads such a file; of NumPy's formats nobody could read it. Another file of safetensors has it."""
    size = 4 * math.prod(shape)
    header = json.dumps({"w": {"dtype": "F32", "shape": shape, "data_offsets": [0, size]}}).encode()
    source = tmp_path / "a.safetensors"
    source.write_bytes(len(header).to_bytes(8, "little") + header + bytes(size))
    with pytest.raises(winitgen.UsageError) as error:
        winitgen.convert(source, f"{tmp_path}/b{ending}")

    assert f"'w' of {source} {words}" == str(error.value)
    assert ["a.safetensors"] == os.listdir(tmp_path)
    winitgen.convert(source, tmp_path / "b.safetensors")
    assert winitgen.diff(source, tmp_path / "b.safetensors")["equal"]
