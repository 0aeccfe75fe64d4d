"""What is drawn, what is copied, and that the copies have all bits of the base."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

import winitgen
from tests.base.bits import HEAD, bits_in, drawn_bits, saved, trained_bits
from tests.base.conftest import TRAINED
from winitgen.files.input import open_weights

Written = Callable[..., Path]


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


"""Arrays in number formats that no layer draws; NumPy's containers hold the bits of the last one as integers."""
