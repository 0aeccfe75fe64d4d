"""What is drawn, what is copied, and that the copies have all bits of the base."""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import ml_dtypes
import numpy as np
import pytest
import safetensors
import safetensors.numpy

import winitgen
from tests.base.conftest import MODEL, TRAINED
from winitgen.api import dry_run
from winitgen.files.input import open_weights
from winitgen.writing.base.choice import BaseChoice

HEAD = {"head.weight", "head.bias"}
Written = Callable[..., Path]


def bits_in(path: Path | str) -> dict[str, tuple[tuple[int, ...], bytes]]:
    """Return the shape and the bits of each tensor of a file, with dots in the names."""
    with open_weights(path) as weights:
        return {
            one.name.replace("/", "."): (one.shape, one.read(0, one.size).tobytes())
            for one in weights.tensors
        }


def trained_bits(arrays: Mapping[str, np.ndarray] = TRAINED) -> dict[str, tuple[tuple[int, ...], bytes]]:
    """Return the same of arrays."""
    return {name: (array.shape, array.tobytes()) for name, array in arrays.items()}


def drawn_bits(spec: Path) -> dict[str, tuple[tuple[int, ...], bytes]]:
    """Return the same of what the layer-spec draws as a whole."""
    return {name: (array.shape, array.tobytes()) for name, array in winitgen.generate(spec).items()}


def saved(folder: Path, kind: str) -> Path:
    """Write the trained weights as one of the containers; return the path."""
    path = folder / f"trained{kind}"
    if kind == ".npz":
        np.savez(path, **TRAINED)
    elif kind == "-deflated.npz":
        np.savez_compressed(path, **TRAINED)
    elif kind == ".h5":
        with h5py.File(path, "w") as file:
            for name, array in TRAINED.items():
                file[name.replace(".", "/")] = array
    elif kind == "-chunked.h5":
        with h5py.File(path, "w") as file:
            for name, array in TRAINED.items():
                chunked = {"chunks": True, "compression": "gzip"} if array.shape else {}
                file.create_dataset(name.replace(".", "/"), data=array, **chunked)
    elif kind == "-shards":
        path.mkdir()
        names = ("a-00001-of-00002.safetensors", "a-00002-of-00002.safetensors")
        parts = [dict(list(TRAINED.items())[:4]), dict(list(TRAINED.items())[4:])]
        for name, part in zip(names, parts, strict=True):
            safetensors.numpy.save_file(part, path / name)
        places = {key: name for name, part in zip(names, parts, strict=True) for key in part}
        (path / "a.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": places}))
    else:
        safetensors.numpy.save_file(TRAINED, path)
    return path


@pytest.mark.parametrize("kind", [".safetensors", ".npz", "-deflated.npz", ".h5", "-chunked.h5", "-shards"])
@pytest.mark.parametrize("out", ["new.safetensors", "new.npz", "new.npy", "new.h5", "new/"])
def test_all_but_the_drawn_tensors_have_the_bits_of_the_base(
    kind: str, out: str, spec: Written, tmp_path: Path
) -> None:
    """The head is what the layer-spec draws; it is verified by the recipe, with the base, and with the layer-spec and one of both."""
    path, model = f"{tmp_path}/{out}", spec()
    base = saved(tmp_path, kind)
    report = winitgen.write(model, path, base=base, only=["head.*"]).report

    found = bits_in(path)
    expected = trained_bits() | {name: bits for name, bits in drawn_bits(model).items() if name in HEAD}
    assert expected == found
    assert ["copied"] * 7 == [row["scheme"] for row in report["tensors"]][:7]
    assert {"tensors": 9, "elements": 95, "bytes": 384} == report["totals"]
    assert os.stat(path).st_size == report["file_bytes"] or out == "new/"
    assert "unchanged" == winitgen.write(model, path, base=base, only=["head.*"]).status
    if out != "new.npy":
        for source, other, recipe in [
            (None, None, None),
            (None, base, None),
            (model, None, report["recipe"]),
            (model, base, None),
        ]:
            verified = winitgen.verify(path, source, base=other, expect=recipe)
            assert 7 == verified["copied"]["tensors"]
            assert report["recipe"] == verified["recipe"]


def test_a_file_in_many_shards_has_the_same_tensors(spec: Written, base: Written, tmp_path: Path) -> None:
    """They are split by the order of the plan, and verified like one file."""
    model, trained = spec(), base()
    winitgen.write(model, tmp_path / "new.safetensors", base=trained, only=["head.*"])
    report = winitgen.write(
        model, f"{tmp_path}/shards/", base=trained, only=["head.*"], max_shard_size="0.2KB"
    ).report

    assert 2 == len(report["shards"])
    assert bits_in(tmp_path / "new.safetensors") == bits_in(tmp_path / "shards")
    assert 7 == winitgen.verify(tmp_path / "shards", base=trained)["copied"]["tensors"]
    again = winitgen.write(
        model, f"{tmp_path}/shards/", base=trained, only=["head.*"], max_shard_size="0.2KB"
    )
    assert "unchanged" == again.status


def test_except_names_what_is_copied(spec: Written, base: Written, tmp_path: Path) -> None:
    """Both ways to say it write the same bytes, and several patterns count together."""
    model, trained = spec(), base()
    winitgen.write(model, tmp_path / "a.safetensors", base=trained, only=["head.*"])
    winitgen.write(model, tmp_path / "b.safetensors", base=trained, except_=["body.*", "norm.[wbrn]*"])

    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_threads_and_the_path_of_the_base_change_no_byte(
    spec: Written, base: Written, tmp_path: Path
) -> None:
    """The file depends on the values of the base, and not on where they are."""
    model, trained = spec(), base()
    moved = tmp_path / "elsewhere.safetensors"
    moved.write_bytes(trained.read_bytes())
    winitgen.write(model, tmp_path / "a.safetensors", base=trained, only=["head.*"], threads=1)
    winitgen.write(model, tmp_path / "b.safetensors", base=moved, only=["head.*"], threads=3)

    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_what_the_recipe_holds(spec: Written, base: Written, tmp_path: Path) -> None:
    """The names of the drawn tensors, or of the copied ones if they are fewer, and one digest."""
    model, trained = spec(), base()
    entries = []
    for number, only in enumerate([["head.*"], ["[hn]*"]]):
        path = tmp_path / f"{number}.safetensors"
        winitgen.write(model, path, base=trained, only=only)
        with safetensors.safe_open(path, "numpy") as file:
            entries.append(json.loads(file.metadata()["winitgen"])["base"])

    assert {"drawn": ["head.bias", "head.weight"]} == {"drawn": entries[0].pop("drawn")}
    assert {"copied": ["body.bias", "body.weight"]} == {"copied": entries[1].pop("copied")}
    assert [["sha256"], ["sha256"]] == [list(entry) for entry in entries]


def test_the_metadata_of_the_base_stands_beside_ours(spec: Written, base: Written, tmp_path: Path) -> None:
    """What the base says of itself is kept, but its format and a recipe are those of the new file."""
    trained = base(metadata={"step": "41", "format": "np", "winitgen": "old", "author": "me"})
    winitgen.write(spec(), tmp_path / "new.safetensors", base=trained, only=["head.*"])

    with safetensors.safe_open(tmp_path / "new.safetensors", "numpy") as file:
        found = file.metadata()
    assert "small" == json.loads(found.pop("winitgen"))["spec"]["model"]
    assert {"author": "me", "step": "41", "format": "pt"} == found


def test_the_metadata_that_all_shards_have_is_kept(spec: Written, tmp_path: Path) -> None:
    """Text that only one of them has is about that one."""
    folder = saved(tmp_path, "-shards")
    for number, name in enumerate(sorted(folder.glob("*.safetensors"))):
        arrays = safetensors.numpy.load_file(name)
        safetensors.numpy.save_file(arrays, name, {"step": "41", "shard": str(number)})
    winitgen.write(spec(), tmp_path / "new.safetensors", base=folder, only=["head.*"])

    with safetensors.safe_open(tmp_path / "new.safetensors", "numpy") as file:
        assert {"format", "winitgen", "step"} == set(file.metadata())


def test_a_tensor_that_the_base_lacks_is_drawn_with_add(spec: Written, base: Written, tmp_path: Path) -> None:
    """With it alone exactly those are drawn, and the note names them."""
    model, trained = spec(), base(without=("norm.num_batches_tracked", "head.bias"))
    path = tmp_path / "new.safetensors"
    report = winitgen.write(model, path, base=trained, add=True).report

    expected = drawn_bits(model) | bits_in(trained)
    assert expected == bits_in(path)
    assert [
        f"2 tensors are drawn, and 7 tensors are copied from {trained}",
        f"drawn because {trained} lacks them: norm.num_batches_tracked, head.bias",
    ] == report["notes"]
    assert 7 == winitgen.verify(path, base=trained)["copied"]["tensors"]


def test_tensors_that_the_layer_spec_lacks_are_copied_too(
    spec: Written, base: Written, tmp_path: Path
) -> None:
    """Unless a pattern says that they are to be drawn: then they are parts of what is replaced."""
    more = {"ema.decay": np.array(0.5), "step": np.arange(3), "head.scale": np.ones(3)}
    trained, path = base(more), tmp_path / "new.safetensors"
    report = winitgen.write(spec(), path, base=trained, only=["head.*"]).report

    assert {*TRAINED, "ema.decay", "step"} == set(bits_in(path))
    assert bits_in(trained)["step"] == bits_in(path)["step"]
    assert [
        f"2 tensors are drawn, and 9 tensors are copied from {trained}",
        "copied too, though the layer-spec does not have them: step, ema.decay",
        "left out of the copy, since it is to be drawn and the layer-spec does not have it: head.scale",
    ] == report["notes"]
    assert 9 == winitgen.verify(path, base=trained)["copied"]["tensors"]


def test_extra_tensors_get_names_like_the_others(spec: Written, tmp_path: Path) -> None:
    """The groups of HDF5 become dots, as they do for the tensors of the layer-spec."""
    trained = saved(tmp_path, ".h5")
    with h5py.File(trained, "a") as file:
        file["ema/decay"] = 0.25
    winitgen.write(spec(), tmp_path / "new.safetensors", base=trained, only=["head.*"])

    with open_weights(tmp_path / "new.safetensors") as weights:
        assert {*TRAINED, "ema.decay"} == {one.name for one in weights.tensors}


ODD = {
    "u16": np.arange(7, dtype=np.uint16),
    "i16": np.arange(-3, 3, dtype=np.int16).reshape(2, 3),
    "u32": np.array([2**32 - 1], np.uint32),
    "u64": np.array([2**64 - 1], np.uint64),
    "bf16": np.arange(5, dtype=np.uint16).view(ml_dtypes.bfloat16),
}
"""Arrays in number formats that no layer draws; NumPy's containers hold the bits of the last one as integers."""


@pytest.mark.parametrize("out", ["new.safetensors", "new.npz", "new.h5", "new/"])
def test_number_formats_that_are_not_drawn_are_copied(
    out: str, spec: Written, base: Written, tmp_path: Path
) -> None:
    """Their bits arrive, and are verified."""
    trained, path = base(ODD), f"{tmp_path}/{out}"
    winitgen.write(spec(), path, base=trained, only=["head.*"])

    found = bits_in(path)
    assert trained_bits(ODD) == {name: found[name] for name in ODD}
    assert 12 == winitgen.verify(path, base=trained)["copied"]["tensors"]


def test_complex_numbers_are_copied_where_they_have_a_name(
    spec: Written, base: Written, tmp_path: Path
) -> None:
    """NumPy and safetensors have one; HDF5 has not."""
    waves = np.array([1 + 2j, -0j], np.complex64)
    trained = base({"waves": waves})
    for out in ("new.safetensors", "new.npz"):
        winitgen.write(spec(), tmp_path / out, base=trained, only=["head.*"])
        assert trained_bits({"waves": waves})["waves"] == bits_in(tmp_path / out)["waves"]
    with pytest.raises(winitgen.UsageError) as refusal:
        winitgen.write(spec(), tmp_path / "new.h5", base=trained, only=["head.*"])

    assert "hdf5 cannot hold 'waves', which is complex64; .npz can" == str(refusal.value)


def packed(path: Path, arrays: Mapping[str, tuple[str, list[int], bytes]]) -> None:
    """Write tensors by safetensors' codes with the library itself, after the trained ones."""
    trained = {name: (_code(array), list(array.shape), array.tobytes()) for name, array in TRAINED.items()}
    buffers = {}
    specs = {}
    for name, (code, shape, content) in {**trained, **arrays}.items():
        buffers[name] = ctypes.create_string_buffer(content, len(content))
        address = ctypes.addressof(buffers[name])
        specs[name] = safetensors.TensorSpec(dtype=code, shape=shape, data_ptr=address, data_len=len(content))
    path.write_bytes(safetensors.serialize(specs))


def _code(array: np.ndarray) -> str:
    return str(array.dtype)


def test_numbers_of_four_bits_are_copied(spec: Written, tmp_path: Path) -> None:
    """Two of them share a byte; the file is in the library's own order, and it reads it."""
    trained, path = tmp_path / "trained.safetensors", tmp_path / "new.safetensors"
    content = bytes(range(30))
    packed(
        trained,
        {
            "q": ("float4_e2m1fn_x2", [5, 6], content),
            "scale": ("float8_e8m0fnu", [4], b"\x7e\x7f\x80\x81"),
            "half": ("float16", [1], b"\0\x3c"),
            "wide": ("complex64", [1], bytes(8)),
            "long": ("uint64", [1], bytes(8)),
        },
    )
    winitgen.write(spec(), path, base=trained, only=["head.*"])

    theirs, ours = (dict(safetensors.deserialize(file.read_bytes())) for file in (trained, path))
    assert {name for name in theirs if theirs[name] != ours[name]} == HEAD
    with open_weights(trained) as one, open_weights(path) as other:
        assert [array.name for array in one.tensors] == [array.name for array in other.tensors]
    assert 12 == winitgen.verify(path, base=trained)["copied"]["tensors"]
    for out in ("new.npz", "new/"):
        with pytest.raises(winitgen.UsageError) as refusal:
            winitgen.write(spec(), f"{tmp_path}/{out}", base=trained, only=["head.*"])
        assert "NumPy's files cannot hold 'scale', which is float8_e8m0fnu; .safetensors can" == str(
            refusal.value
        )


def test_a_number_format_that_safetensors_lacks(spec: Written, tmp_path: Path) -> None:
    """The refusal names a container that has it."""
    np.savez(tmp_path / "trained.npz", waves=np.zeros(2, np.complex128), **TRAINED)
    with pytest.raises(winitgen.UsageError) as refusal:
        winitgen.write(spec(), tmp_path / "new.safetensors", base=tmp_path / "trained.npz", only=["head.*"])

    assert "safetensors cannot hold 'waves', which is complex128; .npz can" == str(refusal.value)


def test_keras_files_are_bases_and_outputs(spec: Written, tmp_path: Path) -> None:
    """Variables have Keras's own paths there, those of an optimizer too."""
    model = {**MODEL, "layout": "keras", "seed": 5}
    trained = tmp_path / "trained.weights.h5"
    winitgen.write(model, trained)
    with h5py.File(trained, "a") as file:
        file["optimizer/vars/0"] = 41
        del file.attrs["winitgen"]
    path = tmp_path / "new.weights.h5"
    winitgen.write(spec(layout="keras"), path, base=trained, only=["head/*"])

    theirs, ours = bits_in(trained), bits_in(path)
    changed = [name for name in theirs if theirs[name] != ours[name]]
    assert set(theirs) == set(ours)
    assert ["layers.dense_1.vars.0"] == changed
    assert 7 == winitgen.verify(path, base=trained)["copied"]["tensors"]


def test_a_tensor_that_keras_has_no_place_for_is_left_out(spec: Written, tmp_path: Path) -> None:
    """One that the layer-spec lacks has no path in Keras's file; the note names it."""
    model = spec(layout="keras", seed=5)
    arrays = winitgen.generate(model)
    trained, path = tmp_path / "trained.safetensors", tmp_path / "new.weights.h5"
    safetensors.numpy.save_file({**arrays, "ema": np.ones(2)}, trained)
    report = winitgen.write(model, path, base=trained, only=["head/*"], seed=6).report

    assert ["ema"] == report["left_out"]
    assert "left out of Keras's file, since no layer of Keras has it: ema" == report["notes"][-1]
    assert 6 == winitgen.verify(path, base=trained)["copied"]["tensors"]


@pytest.mark.parametrize(
    ("name", "why"),
    [("new.npy", "npy has no place for a recipe"), ("new.npz", "npz has no place for so long a recipe")],
)
def test_a_file_without_the_recipe_cannot_be_verified(name: str, why: str, tmp_path: Path) -> None:
    """A note says so when it is written: a comment of a zip has at most 65,535 bytes."""
    group = {
        "type": "repeat",
        "times": 900,
        "name": "b{i}",
        "layers": [{"name": "w", "type": "param", "shape": [1], "init": "zeros"}],
    }
    layers = [group, {"name": "head", "type": "param", "shape": [1], "init": "zeros"}]
    short = name == "new.npy"
    model = {"layers": [*group["layers"], layers[1]] if short else layers}
    trained = tmp_path / "trained.safetensors"
    winitgen.write(model, trained)
    report = winitgen.write(model, tmp_path / name, base=trained, only=["head"]).report

    advice = "so that `winitgen verify` cannot know which tensors are drawn; .safetensors has one"
    assert f"{why}, {advice}" == report["notes"][-1]


def test_a_dry_run_says_what_would_be_copied(spec: Written, base: Written, tmp_path: Path) -> None:
    """Its rows and the bytes are those of the file."""
    model, trained = spec(), base()
    choice = BaseChoice(str(trained), ("head.*",))
    planned = dry_run(winitgen.plan(model), tmp_path / "new.safetensors", base=choice)
    report = winitgen.write(model, tmp_path / "new.safetensors", base=trained, only=["head.*"]).report

    assert without_values({**report, "recipe": None}) == without_values(planned)
    assert planned["tensors"] == dry_run(winitgen.plan(model), base=choice)["tensors"]


def without_values(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report without what was measured."""
    return {**report, "tensors": [{**row, "measured": None} for row in report["tensors"]]}


def test_the_digest_is_that_of_the_whole_file(spec: Written, base: Written, tmp_path: Path) -> None:
    """It equals what other commands find, and there is none of parameters, of which some are not drawn."""
    path = tmp_path / "new.npz"
    trained = base({"step": np.arange(3)})
    report = winitgen.write(spec(), path, base=trained, only=["head.*"], digest=True).report

    assert winitgen.inspect(path, digest=True)["digests"] == report["digests"]
    assert winitgen.verify(path, digest=True)["digests"] == report["digests"]
    assert ["content"] == list(report["digests"])
