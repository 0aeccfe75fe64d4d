"""Values that a layer-spec takes from a weight file: copied bit for bit, or refused before anything is written."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy

import winitgen
from winitgen.api import dry_run, write_plan
from winitgen.audit.inspect.report import inspect
from winitgen.files.output.options import WriteOptions
from winitgen.report.files import write_report

RNG = np.random.default_rng(3)
ARRAYS = {
    "f64": RNG.normal(size=(5, 7)),
    "f32": RNG.normal(size=(400, 500)).astype(np.float32),
    "f16": np.where(RNG.random((9, 9)) < 0.3, -np.inf, RNG.normal(size=(9, 9))).astype(np.float16),
    "bf16": RNG.integers(0, 2**16, (300, 2), dtype=np.uint16).view(ml_dtypes.bfloat16),
    "f8": RNG.integers(0, 2**8, 300, dtype=np.uint8).view(ml_dtypes.float8_e4m3fn),
    "i64": RNG.integers(-(2**63), 2**63 - 1, (3, 50)),
    "u8": RNG.integers(0, 256, 77, dtype=np.uint8),
    "flags": RNG.random((3, 3)) < 0.5,
    "scalar": np.array(1.5, np.float32),
    "empty": np.zeros((0, 3), np.float32),
}
"""Any bits: numbers that are not finite, payloads of NaN, whole numbers that float64 does not hold."""


def sha256(array: np.ndarray) -> str:
    """Return the digest of an array's bytes."""
    return hashlib.sha256(array.tobytes()).hexdigest()


def param(name: str, path: str, /, **changes: Any) -> dict[str, Any]:
    """Return a layer with the values of one of the arrays."""
    array = ARRAYS[name]
    init = {"scheme": "file", "path": path, "tensor": name, "sha256": sha256(array)}
    layer = {"name": name, "type": "param", "shape": list(array.shape), "dtype": array.dtype.name}
    return (
        layer
        | {key: value for key, value in changes.items() if key not in init}
        | {"init": init | {key: value for key, value in changes.items() if key in init}}
    )


def saved(folder: Path, name: str) -> Path:
    """Write the arrays that a container can name; return the path."""
    path = folder / name
    arrays = dict(ARRAYS)
    if path.suffix == ".npz":
        bits = {"bf16": np.uint16, "f8": np.uint8}
        np.savez_compressed(path, **{name: a.view(bits.get(name, a.dtype)) for name, a in arrays.items()})
    else:
        safetensors.numpy.save_file(arrays, path)
    return path


def written(folder: Path, layers: list[dict[str, Any]], name: str = "model.yaml") -> Path:
    """Write a layer-spec; return its path."""
    path = folder / name
    path.write_text(json.dumps({"layers": layers}))
    return path


@pytest.mark.parametrize("source", ["w.safetensors", "w.npz"])
@pytest.mark.parametrize("out", ["o.safetensors", "o.npz", "o.h5", "folder/"])
def test_copied_bit_for_bit(source: str, out: str, tmp_path: Path) -> None:
    """Every number format is copied, from a file beside the layer-spec, and verified with it and without it."""
    file = saved(tmp_path, source)
    spec = written(tmp_path, [param(name, source) for name in ARRAYS])
    report = winitgen.write(spec, f"{tmp_path}/{out}").report
    for name, array in winitgen.generate(spec).items():
        assert ARRAYS[name].dtype == array.dtype
        assert ARRAYS[name].tobytes() == array.tobytes()

    json.dumps(report, allow_nan=False)
    file.unlink()
    assert len(ARRAYS) == winitgen.verify(f"{tmp_path}/{out}")["totals"]["tensors"]
    assert "agrees" == winitgen.verify(f"{tmp_path}/{out}", spec, statistics=True)["verdict"]
    assert len(ARRAYS) == len(inspect(f"{tmp_path}/{out}")["tensors"])


def test_any_threads_and_digests(tmp_path: Path) -> None:
    """The bytes do not depend on the threads, and the digests are those that `verify` finds."""
    saved(tmp_path, "w.npz")
    layers = [param(name, "w.npz") for name in ARRAYS] + [
        {"name": "drawn", "type": "param", "shape": [300, 300], "init": "normal"}
    ]
    spec = written(tmp_path, layers)
    reports = [
        winitgen.write(spec, tmp_path / f"{threads}.safetensors", threads=threads, digest=True).report
        for threads in (1, 3)
    ]

    assert (tmp_path / "1.safetensors").read_bytes() == (tmp_path / "3.safetensors").read_bytes()
    assert reports[0]["digests"] == reports[1]["digests"]
    assert reports[0]["digests"] == winitgen.verify(tmp_path / "3.safetensors", digest=True)["digests"]


@pytest.mark.parametrize("ending", ["json", "html", "md"])
def test_reports(ending: str, tmp_path: Path) -> None:
    """A report has no statistics of values that are not finite, and a histogram of the others."""
    saved(tmp_path, "w.npz")
    spec = written(tmp_path, [param(name, "w.npz") for name in ARRAYS])
    report = write_plan(winitgen.plan(spec), tmp_path / "o.npz", WriteOptions(histograms=True)).report
    rows = {row["name"]: row for row in report["tensors"]}
    write_report({**report, "command": "winitgen init"}, f"{tmp_path}/report.{ending}")

    assert {None} == {rows["f16"]["measured"][key] for key in ("mean", "std", "min")}
    assert np.isfinite(ARRAYS["f16"]).sum() == sum(rows["f16"]["histogram"]["counts"])
    assert float(ARRAYS["f32"].mean()) == pytest.approx(rows["f32"]["measured"]["mean"], rel=1e-5)


def test_the_plan_needs_no_file() -> None:
    """A plan names the file, and knows no mean and no spread."""
    planned = winitgen.plan({"layers": [param("f32", "nowhere.safetensors")]})
    (parameter,) = planned.parameters

    assert "'f32' from nowhere.safetensors" == parameter.formula
    (row,) = dry_run(planned)["tensors"]
    assert {"mean": None, "std": None} == row["planned"]


def test_an_absolute_path_and_a_folder_above(tmp_path: Path) -> None:
    """A path may lead anywhere."""
    file = saved(tmp_path, "w.safetensors")
    (tmp_path / "sub").mkdir()
    spec = written(tmp_path / "sub", [param("f32", str(file)), param("u8", "../w.safetensors")])

    assert {"f32", "u8"} == set(winitgen.generate(spec))


def test_a_tied_layer_is_probed(tmp_path: Path) -> None:
    """A probe reads the values of a file where a layer of the flow has them, and only there."""
    saved(tmp_path, "w.safetensors")
    layers = [
        param("f32", "w.safetensors"),
        param("i64", "nowhere.safetensors"),
        {"name": "fc", "type": "dense", "units": 400, "use_bias": False, "tied_to": {"kernel": "f32"}},
    ]
    path = tmp_path / "model.yaml"
    path.write_text(json.dumps({"input": 500, "layers": layers}))
    report = winitgen.probe(path, samples=200)
    out = report["runs"][0]["layers"][0]["out"]["std"]

    assert out == pytest.approx(np.sqrt(500), rel=0.05)


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "missing file": (
        {"path": "v.safetensors"},
        "cannot read {folder}/v.safetensors: No such file or directory",
    ),
    "missing tensor": (
        {"tensor": "f23"},
        "{folder}/w.safetensors has no tensor 'f23'; did you mean 'f32'?",
    ),
    "missing tensor unlike any": (
        {"tensor": "classifier"},
        "{folder}/w.safetensors has no tensor 'classifier'",
    ),
    "other shape": (
        {"shape": [500, 400]},
        "'f32' of {folder}/w.safetensors has the shape [400, 500], not [500, 400]",
    ),
    "other dtype": ({"dtype": "float16"}, "'f32' of {folder}/w.safetensors is float32, not float16"),
    "no weight file": (
        {"path": "model.yaml"},
        "{folder}/model.yaml is text, not a weight file (gguf, hdf5, keras, npy, npz, onnx, pytorch, safetensors)",
    ),
    "changed digest": (
        {"sha256": "0f" * 32},
        "the values of 'f32' in {folder}/w.safetensors have the sha256 {sha256}, not " + "0f" * 32 + "; "
        "the file is not the one that the layer-spec means",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name: str, tmp_path: Path) -> None:
    """A file that does not have the values is told in one line with the place, and nothing is written."""
    changes, message = MISTAKES[name]
    saved(tmp_path, "w.safetensors")
    spec = written(tmp_path, [param("f32", "w.safetensors", **changes)])
    with pytest.raises(winitgen.SpecError) as caught:
        winitgen.write(spec, tmp_path / "out.safetensors")
    column = spec.read_text().index('{"scheme"') + 1
    text = message.format(folder=tmp_path, sha256=sha256(ARRAYS["f32"]))

    assert f"{spec}:1:{column}: layers[0].init: f32: {text}" == str(caught.value)
    assert {"model.yaml", "w.safetensors"} == {path.name for path in tmp_path.iterdir()}


def test_every_mistake_is_told(tmp_path: Path) -> None:
    """All parameters of a missing file are named."""
    spec = written(tmp_path, [param("f32", "w.npz"), param("u8", "w.npz")])
    with pytest.raises(winitgen.SpecError) as caught:
        winitgen.generate(spec)

    assert ["f32", "u8"] == [mistake.message.partition(":")[0] for mistake in caught.value.mistakes]


def test_the_source_is_not_replaced(tmp_path: Path) -> None:
    """The file that values are taken from is no output."""
    file = saved(tmp_path, "w.safetensors")
    spec = written(tmp_path, [param("f32", "w.safetensors")])
    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.write(spec, file, force=True)

    assert str(caught.value) == (
        f"{file}: the output would take the place of a file whose values it needs; give it another name"
    )


def test_changed_values_are_found(tmp_path: Path) -> None:
    """`verify` and `--statistics` tell a file whose copied values were changed."""
    saved(tmp_path, "w.safetensors")
    spec = written(tmp_path, [param("f32", "w.safetensors"), param("u8", "w.safetensors")])
    winitgen.write(spec, tmp_path / "o.safetensors")
    arrays = safetensors.numpy.load_file(tmp_path / "o.safetensors")
    arrays["f32"] = arrays["f32"] + 1
    safetensors.numpy.save_file(arrays, tmp_path / "changed.safetensors")
    line = (
        f"f32 has not the values of 'f32' from w.safetensors: their sha256 is {sha256(arrays['f32'])}, "
        f"not {sha256(ARRAYS['f32'])}"
    )
    with pytest.raises(winitgen.DiffersError) as caught:
        winitgen.verify(tmp_path / "changed.safetensors", spec)
    report = winitgen.verify(tmp_path / "changed.safetensors", spec, statistics=True)

    assert f"{tmp_path}/changed.safetensors: {line}" == str(caught.value)
    assert {"f32": [line], "u8": []} == {row["name"]: row["why"] for row in report["tensors"]}
