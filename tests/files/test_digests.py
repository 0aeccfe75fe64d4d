"""Digests of values, recomputed from the files with only hashlib and NumPy, as specs/reference/digests.md says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file

import winitgen
from winitgen import api
from winitgen.files import digests
from winitgen.files.digests import LEAF, DigestedArray, TensorDigest
from winitgen.files.formats import FORMATS
from winitgen.files.output.blocks import BLOCK
from winitgen.files.output.options import WriteOptions
from winitgen.numeric.scratch import Workspace

SPECS = Path(__file__).parents[2] / "specs"
LAYOUTS = ("torch", "keras", "flax", "nnx")
LARGE = ("vgg16", "gpt2", "resnet18", "t5-small", "whisper-tiny", "swin-tiny", "convnext-tiny", "vit-b16")
"""Examples of hundreds of megabytes, whose layers other examples have too."""

TORCH_ONLY = ("diffusion-block",)
"""Those whose attention neither Keras nor Flax has."""

EXAMPLES = sorted(path.stem for path in SPECS.glob("*.yaml") if path.stem not in LARGE)


def recomputed(rule: str, arrays: Iterable[tuple[str, str, np.ndarray[Any, Any]]]) -> str:
    """Return a digest as the reference describes it, without code from winitgen."""
    lines = []
    for name, dtype, array in arrays:
        raw = np.ascontiguousarray(array).tobytes()
        leaf = 131_072 * array.itemsize
        leaves = [hashlib.sha256(raw[at : at + leaf]).digest() for at in range(0, len(raw), leaf)]
        whole = hashlib.sha256(b"".join(leaves)).hexdigest()
        lines.append("\t".join([name, dtype, ",".join(map(str, array.shape)), whole]).encode() + b"\n")
    return hashlib.sha256(rule.encode() + b"\n" + b"".join(sorted(lines))).hexdigest()


def written(path: Path, spec: Any, **options: Any) -> dict[str, Any]:
    """Write a model with digests; return its report."""
    planned = winitgen.plan(
        spec, **{key: options.pop(key) for key in ("seed", "dtype", "layout") if key in options}
    )
    return api.write_plan(planned, path, WriteOptions(digest=True, fsync=False, **options)).report


@pytest.mark.parametrize("name", ["mlp", "resnet18"])
def test_content_digest_from_a_safetensors_file(name: str, tmp_path: Path) -> None:
    """The arrays read by the library give the printed digest."""
    path = tmp_path / "w.safetensors"
    report = written(path, SPECS / f"{name}.yaml")

    arrays = [(tensor, str(array.dtype), array) for tensor, array in load_file(path).items()]
    assert max(array.size for _, _, array in arrays) > 131_072
    assert recomputed("winitgen content digest 1", arrays) == report["digests"]["content"]


def test_content_digest_from_an_npz_file(tmp_path: Path) -> None:
    """NumPy's arrays give it too, with dots for the slashes in Keras's names."""
    report = written(tmp_path / "w.npz", SPECS / "mlp.yaml", layout="keras", dtype="float64")

    stored = np.load(tmp_path / "w.npz")
    arrays = [(name.replace("/", "."), "float64", stored[name]) for name in stored.files]
    assert "fc1.kernel" in [name for name, _, _ in arrays]
    assert recomputed("winitgen content digest 1", arrays) == report["digests"]["content"]


def test_parameters_digest_from_arrays_in_the_layout_of_the_spec(tmp_path: Path) -> None:
    """In PyTorch's layout the parameters of dense layers are tensors, with their ids in the report."""
    report = written(tmp_path / "w.npz", SPECS / "mlp.yaml", layout="torch")
    keras = written(tmp_path / "k.npz", SPECS / "mlp.yaml", layout="keras")

    stored = np.load(tmp_path / "w.npz")
    arrays = [(row["ids"][0], row["dtype"], stored[row["name"]]) for row in report["tensors"]]
    expected = recomputed("winitgen parameters digest 1", arrays)
    assert expected == report["digests"]["parameters"] == keras["digests"]["parameters"]
    assert report["digests"]["content"] != keras["digests"]["content"]


@pytest.mark.parametrize("dtype", ["bfloat16", "float8_e5m2", "float16"])
def test_narrow_formats_have_their_own_names(dtype: str, tmp_path: Path) -> None:
    """Number formats that an archive stores as unsigned integers are hashed under their own names."""
    report = written(tmp_path / "w.npz", SPECS / "autoencoder.yaml", dtype=dtype)

    stored = np.load(tmp_path / "w.npz")
    arrays = [(name, dtype, stored[name]) for name in stored.files]
    assert recomputed("winitgen content digest 1", arrays) == report["digests"]["content"]


@pytest.mark.parametrize(
    ("name", "layout"),
    [(name, layout) for name in EXAMPLES for layout in (LAYOUTS[:1] if name in TORCH_ONLY else LAYOUTS)],
)
def test_parameters_digest_is_one_in_all_layouts(name: str, layout: str, tmp_path: Path) -> None:
    """Parameters that a layout transposes, joins, splits or pads keep their digest."""
    whole = [
        (parameter.id, parameter.dtype, drawn(parameter))
        for parameter in winitgen.plan(SPECS / f"{name}.yaml").parameters
    ]
    report = written(tmp_path / "w.safetensors", SPECS / f"{name}.yaml", layout=layout)

    assert recomputed("winitgen parameters digest 1", whole) == report["digests"]["parameters"]


def drawn(parameter: Any) -> np.ndarray[Any, Any]:
    """Return a parameter in its canonical shape."""
    from winitgen.drawing.draw import whole

    return whole(parameter)


def test_content_digest_is_one_in_all_formats(tmp_path: Path) -> None:
    """Neither the container nor threads change it, and an up-to-date file has it too."""
    found = set()
    for name, ending in {name: row.endings[0] for name, row in FORMATS.items()}.items():
        path = f"{tmp_path}/{name}{ending}"
        report = written(Path(path), SPECS / "mlp.yaml", layout="keras", format=name, threads=len(found) + 1)
        again = written(Path(path), SPECS / "mlp.yaml", layout="keras", format=name)
        found |= {report["digests"]["content"], again["digests"]["content"]}

    assert 1 == len(found)


def test_every_change_of_a_model_changes_both(tmp_path: Path) -> None:
    """Names, shapes, number formats and values all change it."""
    layer = {"name": "fc", "type": "dense", "units": 3, "activation": "tanh"}
    variants: Mapping[str, Any] = {
        "same": {"input": 4, "layers": [layer]},
        "name": {"input": 4, "layers": [layer | {"name": "fd"}]},
        "shape": {"input": 5, "layers": [layer]},
        "dtype": {"input": 4, "dtype": "float64", "layers": [layer]},
        "seed": {"input": 4, "seed": 1, "layers": [layer]},
        "scheme": {"input": 4, "layers": [layer | {"init": "he_normal"}]},
    }
    found = [written(tmp_path / f"{key}.npz", spec)["digests"] for key, spec in variants.items()]

    assert len(variants) == len({digest["content"] for digest in found})
    assert len(variants) == len({digest["parameters"] for digest in found})


def test_zeros_of_other_shapes_differ() -> None:
    """The shape changes it even if the bytes are equal."""
    zeros = hashlib.sha256(hashlib.sha256(bytes(24)).digest()).hexdigest()

    assert digests.content([DigestedArray("w", "float32", (2, 3), zeros)]) != digests.content(
        [DigestedArray("w", "float32", (3, 2), zeros)]
    )


def test_names_cannot_pass_for_other_columns() -> None:
    """Two lists of tensors never give the same text, with any names."""
    one = [DigestedArray("a\tfloat32\t2\t00\nb", "float32", (2,), "00")]
    two = [DigestedArray("a", "float32", (2,), "00"), DigestedArray("b", "float32", (2,), "00")]
    half = [DigestedArray("\ud800", "float32", (2,), "00")]

    assert 3 == len({digests.content(parts) for parts in (one, two, half)})
    assert digests.content([DigestedArray("a\tb", "", (), "")]) != digests.content(
        [DigestedArray("a\\tb", "", (), "")]
    )


def test_order_does_not_count() -> None:
    """The order of the tensors in a file does not matter."""
    parts = [DigestedArray(name, "float32", (2,), "00") for name in ("b", "a", "a.b", "a-b")]

    assert digests.content(parts) == digests.content(parts[::-1])


def test_a_scalar_and_an_array_without_elements() -> None:
    """Scalars and empty tensors have digests like any other."""
    scalar, empty = TensorDigest(1), TensorDigest(0)
    scalar.see(0, np.array([1.5], np.float32), Workspace())

    assert hashlib.sha256(hashlib.sha256(b"\x00\x00\xc0\x3f").digest()).hexdigest() == scalar.hexdigest()
    assert hashlib.sha256(b"").hexdigest() == empty.hexdigest()


def test_a_block_that_is_no_leaf_is_a_bug() -> None:
    """Blocks of another size are refused, as they would give a wrong digest."""
    seen = TensorDigest(LEAF + 1)

    with pytest.raises(ValueError, match="the block at element 0 is not a leaf: it has 5 elements"):
        seen.see(0, np.zeros(5), Workspace())
    with pytest.raises(ValueError, match="the block at element 1 is not a leaf: it has 131072 elements"):
        seen.see(1, np.zeros(LEAF), Workspace())
    assert LEAF == BLOCK


def test_digests_of_a_small_model_never_change(tmp_path: Path) -> None:
    """Stored digests stay valid: these are from the first release that had them."""
    report = written(tmp_path / "w.safetensors", SPECS / "mlp.yaml")
    with safe_open(tmp_path / "w.safetensors", "numpy") as file:
        assert 0 == json.loads(file.metadata()["winitgen"])["seed"]

    assert GOLDEN == report["digests"]


GOLDEN = {
    "content": "b67dd237d78d57545f03d479938253f859044118d6ed210b0c06dbb972b8f791",
    "parameters": "24cbbe398daf4bde6a26ef5dd8e649fcdb726d015a70dce282f3b2ae3490864b",
}
