"""The content digest of a file: as init printed it, in every container, and computed by hand."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

import winitgen
from winitgen import api, load
from winitgen.errors import UsageError
from winitgen.files.output.options import WriteOptions

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float8_e4m3fn"])
@pytest.mark.parametrize("name", ["w.safetensors", "w.npz", "w.h5", "w/"])
def test_a_file_has_the_digest_that_init_printed(tmp_path: Path, name: str, dtype: str) -> None:
    """It is the same in every container, even if the container has no name for the number format."""
    planned = load.plan(ROOT / "specs/mlp.yaml", dtype=dtype)
    report = api.write_plan(planned, tmp_path / "a.safetensors", WriteOptions(digest=True)).report
    winitgen.write(ROOT / "specs/mlp.yaml", f"{tmp_path}/{name}", dtype=dtype)

    assert (
        report["digests"]["content"]
        == winitgen.inspect(f"{tmp_path}/{name}", digest=True)["digests"]["content"]
    )


def test_a_keras_file_has_the_names_of_its_recipe(tmp_path: Path) -> None:
    """Keras's paths are not used as the names of the tensors."""
    spec, path = ROOT / "specs/mlp.yaml", tmp_path / "w.weights.h5"
    report = api.write_plan(load.plan(spec, layout="keras"), path, WriteOptions(digest=True)).report

    assert report["digests"]["content"] == winitgen.inspect(path, digest=True)["digests"]["content"]


def test_the_digest_of_an_array_by_hand(tmp_path: Path) -> None:
    """It is built from leaves of 131,072 elements, then tensors, then the file, in any number of threads."""
    values = np.arange(300_000, dtype=np.int16).reshape(3, 100_000)
    np.savez_compressed(tmp_path / "w.npz", **{"a/b": values})
    content = values.tobytes()
    leaves = [hashlib.sha256(content[begin : begin + 262_144]).digest() for begin in (0, 262_144, 524_288)]
    tensor = hashlib.sha256(b"".join(leaves)).hexdigest()
    lines = f"winitgen content digest 1\na.b\tint16\t3,100000\t{tensor}\n"
    expected = hashlib.sha256(lines.encode()).hexdigest()

    for threads in (1, 3):
        report = winitgen.inspect(tmp_path / "w.npz", digest=True, threads=threads)
        assert {"content": expected} == report["digests"]


def test_a_header_has_no_digest() -> None:
    """``digest`` and ``header`` together are refused before anything is read."""
    with pytest.raises(UsageError) as caught:
        winitgen.inspect("w.npz", header=True, digest=True)

    assert "a digest needs all values, but header reads none; ask for one of the two" == str(caught.value)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_digest_of_a_lone_array_is_that_of_no_model(tmp_path: Path, dtype: str) -> None:
    """It has neither a name nor, of bfloat16, a number format, which a note says; its layer-spec has both."""
    spec = {"input": 3, "layers": [{"name": "fc", "type": "dense", "units": 2, "use_bias": False}]}
    files = [tmp_path / "w.npy", tmp_path / "w.npz"]
    for path in files:
        winitgen.write(spec, path, dtype=dtype)
    alone, named = (winitgen.inspect(path, digest=True) for path in files)

    assert [
        "the digest is that of an array without a name, in the number format that NumPy has for it: verify it with its layer-spec, and --digest, for the digest of the model"
    ] == alone["notes"]
    assert [] == named["notes"] == winitgen.inspect(files[0])["notes"]
    assert alone["digests"] != named["digests"]
    digests = [winitgen.verify(path, spec, dtype=dtype, digest=True)["digests"]["content"] for path in files]
    assert [named["digests"]["content"]] * 2 == digests
