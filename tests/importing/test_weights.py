"""A weight file of each kind as a layer-spec, with laws by its names or by its values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from tests.importing.fit.fitting import normal, uniform
from tests.importing.truth import of_plan
from winitgen.errors import SpecError
from winitgen.importing.weights import of_file
from winitgen.load import parse_spec, plan
from winitgen.numeric.arrays import Array

ARRAYS: dict[str, Array] = {
    "fc.weight": normal(1, 200, 130),
    "fc.bias": np.zeros(200, np.float32),
    "norm.weight": np.ones(200, np.float32),
    "steps": np.array(0, np.int64),
}


def npz(folder: Path) -> Path:
    """Write an archive of NumPy."""
    np.savez(folder / "model.npz", **ARRAYS)
    return folder / "model.npz"


def packed(folder: Path) -> Path:
    """Write a compressed archive of NumPy, which can only be read in order."""
    np.savez_compressed(folder / "model.npz", **ARRAYS)
    return folder / "model.npz"


def single(folder: Path) -> Path:
    """Write one safetensors file."""
    save_file(ARRAYS, folder / "model.safetensors")
    return folder / "model.safetensors"


def sharded(folder: Path) -> Path:
    """Write two safetensors files and their index."""
    places = {name: f"model-{1 + (name == 'fc.weight')}.safetensors" for name in ARRAYS}
    for file in set(places.values()):
        save_file({name: ARRAYS[name] for name in ARRAYS if places[name] == file}, folder / file)
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": places}))
    return index


def hdf5(folder: Path) -> Path:
    """Write datasets in groups, by slashes."""
    with h5py.File(folder / "model.h5", "w") as file:
        for name, values in ARRAYS.items():
            file[name.replace(".", "/")] = values
    return folder / "model.h5"


@pytest.mark.parametrize("write", [npz, packed, single, sharded, hdf5])
def test_every_kind_of_file(write: Any, tmp_path: Path) -> None:
    """Names, shapes and formats are those of the file, and each tensor has the law of its values."""
    imported = of_file(str(write(tmp_path)), fit=True)
    laws = of_plan(plan(parse_spec(imported.text.encode(), "model.yaml")))

    assert imported.text.startswith("# The tensors of model.")
    assert "model: model\n" in imported.text
    assert {name: "normal" if name == "fc.weight" else "constant" for name in ARRAYS} == {
        name: law.kind for name, law in sorted(laws.items(), key=lambda pair: list(ARRAYS).index(pair[0]))
    }
    assert 0.02 == laws["fc.weight"].std


@pytest.mark.parametrize("place", [".", "./", "inside/.."])
def test_a_folder_by_its_place(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder has its own name, however it is named."""
    folder = tmp_path / "tiny.model"
    (folder / "inside").mkdir(parents=True)
    single(folder)
    monkeypatch.chdir(folder)

    lines = of_file(place, fit=True).text.splitlines()
    heading = "# The tensors of tiny.model. Their laws are found in its values; the comments say by what."
    assert heading == lines[0]
    assert 'model: "tiny.model"' == lines[1]


def test_a_lone_array(tmp_path: Path) -> None:
    """An array without a name is called ``array``."""
    np.save(tmp_path / "x.npy", normal(3, 100, 30))

    text = of_file(str(tmp_path / "x.npy"), fit=True).text
    assert (
        "# The tensors of x.npy. Their laws are found in its values; the comments say by what.\n"
        "model: x\n"
        "layers:\n"
        "  - {name: array, type: param, shape: [100, 30], init: {scheme: normal, std: 0.02}}"
        "  # std 0.0201 in 3,000 values\n"
    ) == text


def test_slashes_become_dots(tmp_path: Path) -> None:
    """As Keras and h5py have them in names; a note says so."""
    imported = of_file(str(hdf5(tmp_path)), fit=True)

    assert [
        "names are written with dots for slashes: a layer-spec's names have no other separator"
    ] == imported.notes


def test_ties_are_told(tmp_path: Path) -> None:
    """Tensors with the same values draw them once."""
    save_file({"a": ARRAYS["fc.weight"], "b": ARRAYS["fc.weight"]}, tmp_path / "m.safetensors")
    imported = of_file(str(tmp_path / "m.safetensors"), fit=True)

    assert ["1 tensor holds the values of another one, and is tied to it"] == imported.notes
    assert "  - {name: b, type: param, shape: [200, 130], tied_to: a}  # the same values\n" in imported.text


def test_the_commonest_format_is_the_models(tmp_path: Path) -> None:
    """The others are stated at their tensors."""
    arrays: Mapping[str, Array] = {
        "a": normal(1, 90, 80).astype(np.float16), "b": normal(2, 90, 70).astype(np.float16), "c": normal(3, 60, 50)
    }  # fmt: skip
    save_file(dict(arrays), tmp_path / "m.safetensors")
    text = of_file(str(tmp_path / "m.safetensors"), fit=True).text

    assert "\ndtype: float16\n" in text
    assert "{name: c, type: param, shape: [60, 50], dtype: float32, init: " in text


def test_stacks_become_repetitions(tmp_path: Path) -> None:
    """Layers that are alike are written once, and drawn as often as the file has them."""
    arrays = {
        f"h.{i}.{name}.weight": uniform(10 * i + place, 150, 120)
        for i in range(6)
        for place, name in enumerate("qkv")
    }
    save_file(arrays, tmp_path / "m.safetensors")
    text = of_file(str(tmp_path / "m.safetensors"), fit=True).text
    own = plan(parse_spec(text.encode(), "m.yaml"))

    assert "times: 6" in text
    assert 3 == text.count("type: param")
    assert set(arrays) == set(of_plan(own))


def test_laws_by_names(tmp_path: Path) -> None:
    """Without --fit only the header is read: the values below follow none of the laws that the names suggest."""
    arrays = {
        name: np.full(values.shape, 7, values.dtype) for name, values in ARRAYS.items() if name != "steps"
    }
    arrays |= {
        "embed.weight": np.full((30, 8), 7, np.float32),
        "conv.weight": np.full((4, 4, 3, 3), 7, np.float32),
    }
    arrays |= {"bn.num_batches_tracked": np.array(7), "dense.kernel": np.full((6, 4), 7, np.float32)}
    save_file(arrays, tmp_path / "m.safetensors")
    imported = of_file(str(tmp_path / "m.safetensors"))

    assert ["7 laws are guessed by names; --fit finds them in the values"] == imported.notes
    assert (
        "# The tensors of m.safetensors. Their laws are guessed by the names; the comments say by what.\n"
        "model: m\n"
        "layers:\n"
        "  - {name: bn.num_batches_tracked, type: param, shape: [], dtype: int64, init: zeros}  # by its name: a counter, or ids that are all 0\n"
        "  - {name: conv.weight, type: param, shape: [4, 4, 3, 3], init: {scheme: uniform, low: -0.16666666666666666, high: 0.16666666666666666}}"
        "  # a kernel: PyTorch's default, 1/sqrt(fan_in)\n"
        "  - {name: dense.kernel, type: param, shape: [6, 4], fan_in: 6, fan_out: 4, init: lecun_truncated_normal}  # a kernel: the default of Flax\n"
        "  - {name: embed.weight, type: param, shape: [30, 8], init: {scheme: normal, std: 0.02}}  # by its name: a table of vectors\n"
        "  - {name: fc.bias, type: param, shape: [200], init: zeros}  # by its name: a bias\n"
        "  - {name: fc.weight, type: param, shape: [200, 130], init: {scheme: normal, std: 0.02}}  # a kernel: what most transformers draw\n"
        "  - {name: norm.weight, type: param, shape: [200], init: ones}  # by its name: the scale of a norm\n"
    ) == imported.text


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (3, 0, 2), (3, 2, 0), (0, 3, 2)])
@pytest.mark.parametrize("fit", [False, True])
def test_tensors_without_elements(tmp_path: Path, shape: tuple[int, ...], fit: bool) -> None:
    """Whatever their names say, the spec can be planned, and has them."""
    names = ("w", "fc.kernel", "a.vars.0", "embed.weight", "relative_position_index", "gamma", "D")
    arrays = {name: np.zeros(shape, "i8" if name.endswith("index") else "f4") for name in names}
    save_file(arrays, tmp_path / "m.safetensors")

    planned = plan(parse_spec(of_file(str(tmp_path / "m.safetensors"), fit=fit).text.encode(), "m.yaml"))

    assert dict.fromkeys(names, shape) == {
        p.id.rpartition("/")[0] or p.id: p.shape for p in planned.parameters
    }


def test_the_first_hundred_mistakes(tmp_path: Path) -> None:
    """A trained checkpoint has thousands; the rest is counted."""
    save_file(
        {f"{i:03}": np.array([1.0, np.nan], np.float32) for i in range(120)}, tmp_path / "m.safetensors"
    )
    with pytest.raises(SpecError) as caught:
        of_file(str(tmp_path / "m.safetensors"), fit=True)
    lines = str(caught.value).splitlines()

    remedy = "add --keep to take its values from the file, or leave it out of the source"
    path = tmp_path / "m.safetensors"
    assert 101 == len(lines)
    assert (
        f"{path}: '000': no scheme gives these values: 1 of its 2 values are not finite; {remedy}" == lines[0]
    )
    assert f"{path}: 20 more tensors have no law" == lines[-1]


def test_the_source_follows_the_result(tmp_path: Path) -> None:
    """`verify --statistics` finds nothing in the source that the imported spec does not say."""
    path = single(tmp_path)
    (tmp_path / "model.yaml").write_text(of_file(str(path), fit=True).text)

    assert "differs" != winitgen.verify(path, tmp_path / "model.yaml", statistics=True)["verdict"]
