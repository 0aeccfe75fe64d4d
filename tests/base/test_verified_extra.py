"""Copied tensors that the layer-spec does not have: number formats and names are those of the base."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy

import winitgen
from tests.base.test_verified import changed, difference, forged
from winitgen.files.stored_bits import same_format

Written = Callable[..., Path]

SCALE = np.linspace(1, 2, 8).astype(np.float16)


@pytest.fixture
def scaled(spec: Written, base: Written, tmp_path: Path) -> Path:
    """A file with a drawn head on a trained body, and one tensor of the body that the layer-spec does not have."""
    path = tmp_path / "new.safetensors"
    winitgen.write(spec(), path, base=base({"extra.scale": SCALE}), only=["head.*"])
    return path


def test_another_number_format_of_the_same_bits(scaled: Path, spec: Written) -> None:
    """Of a tensor in safetensors the header says how its bits are read."""
    changed(scaled, **{"extra.scale": SCALE.view(ml_dtypes.bfloat16)})
    expect = winitgen.verify(scaled)["recipe"]

    for source in (None, spec()):
        assert [
            "new.safetensors: extra.scale is copied, but that of trained.safetensors differs"
        ] == difference(scaled, source, base=scaled.parent / "trained.safetensors", expect=expect)


def test_another_separator_in_the_name(scaled: Path) -> None:
    """A loader of this container would find no tensor of the right name."""
    changed(scaled, **{"extra.scale": None, "extra/scale": SCALE})

    assert [
        "new.safetensors: extra/scale is copied, but init names that of trained.safetensors extra.scale"
    ] == difference(scaled, base=scaled.parent / "trained.safetensors")


def test_what_only_the_base_tells(scaled: Path, spec: Written, base: Written) -> None:
    """A note says what the digest in the recipe does not have; none if the layer-spec has all tensors."""
    digest = (
        "tensors are copied, with the digest that the recipe has; --base FILE compares with the base itself"
    )
    one = "1 of them is not in the layer-spec: only --base FILE compares its number format, and '/' and '.' in its name"
    two = (
        "2 of them are not in the layer-spec: only --base FILE compares their number formats, and '/' and '.' in their "
        "names"
    )
    trained = scaled.parent / "trained.safetensors"

    assert [f"8 {digest}", one] == winitgen.verify(scaled)["notes"]
    assert [f"8 tensors are copied, bit for bit from {trained}"] == winitgen.verify(scaled, base=trained)[
        "notes"
    ]
    trained = base({"extra.scale": SCALE, "step": np.array(3)})
    winitgen.write(spec(), scaled, base=trained, only=["head.*"], force=True)
    assert [f"9 {digest}", two] == winitgen.verify(scaled)["notes"]


NOT_COPIED = "; init leaves out nothing but what was to be drawn and is not in the layer-spec"


def test_a_tensor_of_the_base_that_is_gone(scaled: Path, spec: Written, base: Written) -> None:
    """A file whose recipe was written anew for what is left; the base tells what is not there."""
    trained = base({"extra.scale": SCALE, "extra.bias": SCALE})
    winitgen.write(spec(), scaled, base=trained, only=["head.*"], force=True)
    changed(scaled, **{"extra.scale": None})
    line = difference(scaled, spec(), base=trained)
    forged(scaled, ["head.bias", "head.weight"], [])

    assert 1 == len(line)
    assert line[0].startswith("new.safetensors: the copied tensors have changed: their digest is ")
    assert [
        f"8 tensors are copied, bit for bit from {trained}",
        "2 of its tensors are drawn, and 8 copied; only its own recipe says which, and --expect HASH proves it",
        f"not copied, though {trained} has it: extra.scale{NOT_COPIED}",
    ] == winitgen.verify(scaled, spec(), base=trained)["notes"]


def test_many_tensors_of_the_base_that_are_not_copied(scaled: Path, spec: Written, base: Written) -> None:
    """What init has left out by its patterns is named, too: five of them."""
    trained = base({f"extra.{name}": SCALE for name in "abcdefg"})
    winitgen.write(spec(), scaled, base=trained, only=["head.*", "extra.*"], force=True)

    assert [
        f"7 tensors are copied, bit for bit from {trained}",
        f"not copied, though {trained} has them: extra.a, extra.b, extra.c, extra.d, extra.e and 2 more{NOT_COPIED}",
    ] == winitgen.verify(scaled, base=trained)["notes"]


@pytest.mark.parametrize("out", ["new.safetensors", "new.npz", "new.h5", "new/"])
@pytest.mark.parametrize("ending", [".safetensors", ".npz", ".h5", "/"])
def test_every_container_of_both(out: str, ending: str, spec: Written, base: Written, tmp_path: Path) -> None:
    """What init writes is right, whichever containers name the formats and have groups; a copy of whole numbers holds those."""
    half, byte = SCALE.astype(ml_dtypes.bfloat16), SCALE.astype(ml_dtypes.float8_e5m2)
    first = base({"extra.scale": half, "extra.small": byte, "top": SCALE})
    other, path = f"{tmp_path}/other{ending}", f"{tmp_path}/{out}"
    winitgen.write(spec(), other, base=first, only=["head.*"])
    winitgen.write(spec(), path, base=other, only=["head.*"])

    for one in (other,) if ending == ".npz" and out != "new.npz" else (first, other):
        assert 10 == winitgen.verify(path, base=one)["copied"]["tensors"]


def test_groups_in_a_file_of_numpy(spec: Written, tmp_path: Path, base: Written) -> None:
    """Where the other names have slashes for dots, so have the names of these; init writes dots."""
    first = safetensors.numpy.load_file(base({"extra.scale": SCALE}))
    trained, path = tmp_path / "slashes.npz", tmp_path / "new.npz"
    np.savez(trained, **{name.replace(".", "/"): array for name, array in first.items()})
    winitgen.write(spec(), path, base=trained, only=["head.*"])

    assert "extra.scale" in np.load(path).files
    assert 8 == winitgen.verify(path, base=trained)["copied"]["tensors"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("float16", "safetensors"), ("float16", "npz"), True),
        (("float16", "safetensors"), ("bfloat16", "safetensors"), False),
        (("uint16", "npz"), ("bfloat16", "safetensors"), True),
        (("bfloat16", "safetensors"), ("uint16", "npz"), True),
        (("uint16", "safetensors"), ("bfloat16", "safetensors"), False),
        (("uint16", "npy-dir"), ("bfloat16", "safetensors"), False),
        (("uint16", "hdf5"), ("bfloat16", "safetensors"), False),
        (("uint8", "hdf5"), ("float8_e5m2", "safetensors"), True),
        (("uint8", "keras-h5-index"), ("float8_e5m2", "safetensors"), True),
        (("uint16", "npz"), ("float16", "safetensors"), False),
        (("uint8", "npz"), ("F4", "safetensors"), False),
    ],
)
def test_formats_of_the_same_values(one: tuple[str, str], other: tuple[str, str], same: bool) -> None:
    """Whole numbers stand only for a format that their container cannot name."""
    assert same is same_format(one, other)
