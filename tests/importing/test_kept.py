"""What follows no law is kept: the layer-spec takes it from the weight file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from click.testing import CliRunner

import winitgen
from winitgen.cli import group
from winitgen.importing.weights import of_file

RNG = np.random.default_rng(11)
TRAINED = (RNG.normal(size=(70, 90)) ** 3 * 0.01).astype(np.float32)
IDS = RNG.integers(-(2**62), 2**62, (60, 90))
ARRAYS = {
    "body.0.weight": RNG.normal(0, 0.02, (90, 80)).astype(np.float32),
    "body.0.bias": np.zeros(90, np.float32),
    "body.1.weight": RNG.permutation(TRAINED),
    "body.2.weight": TRAINED,
    "ids": IDS,
}
KEPT = {"body.1.weight", "body.2.weight", "ids"}


def saved(folder: Path, name: str) -> str:
    """Write the arrays, as shards if the name is that of an index; return the path."""
    path = folder / name
    if name.endswith(".npz"):
        np.savez_compressed(path, **ARRAYS)
    elif name.endswith(".json"):
        names = {tensor: f"{number % 2}.safetensors" for number, tensor in enumerate(ARRAYS)}
        for file in sorted(set(names.values())):
            inside = {tensor: ARRAYS[tensor] for tensor, where in names.items() if where == file}
            safetensors.numpy.save_file(inside, folder / file)
        path.write_text(json.dumps({"weight_map": names}))
    else:
        safetensors.numpy.save_file(ARRAYS, path)
    return str(path)


@pytest.mark.parametrize("name", ["w.safetensors", "w.npz", "model.safetensors.index.json"])
def test_kept(name: str, tmp_path: Path) -> None:
    """The layer-spec gives the kept tensors bit for bit, and draws the others; the source agrees with it."""
    path = saved(tmp_path, name)
    imported = of_file(path, fit=True, keep=True)
    (tmp_path / "model.yaml").write_text(imported.text)
    made = winitgen.generate(tmp_path / "model.yaml")

    assert {tensor: array.shape for tensor, array in ARRAYS.items()} == {t: a.shape for t, a in made.items()}
    assert KEPT == {tensor for tensor in KEPT if made[tensor].tobytes() == ARRAYS[tensor].tobytes()}
    assert not np.array_equal(made["body.0.weight"], ARRAYS["body.0.weight"])
    assert "agrees" == winitgen.verify(path, tmp_path / "model.yaml", statistics=True)["verdict"]
    (note,) = imported.notes
    assert note == (
        f"3 tensors follow no law and are taken from {path}: the layer-spec needs that file, at this path from its "
        "own folder"
    )


def test_the_line_of_a_kept_tensor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line has the path as it was given, the tensor's name and its digest, and why no law gives it."""
    saved(tmp_path, "w.safetensors")
    monkeypatch.chdir(tmp_path)
    text = of_file("w.safetensors", fit=True, keep=True).text
    (line,) = [line.strip() for line in text.splitlines() if "ids" in line]
    digest = hashlib.sha256(IDS.tobytes()).hexdigest()
    scheme, _, why = line.partition("  # ")

    assert (
        '- {name: ids, type: param, shape: [60, 90], dtype: int64, init: {scheme: file, path: "w.safetensors", tensor: ids'
        in scheme
    )
    assert digest in scheme
    assert why


def test_nothing_to_keep(tmp_path: Path) -> None:
    """A file whose tensors all follow laws has no note."""
    safetensors.numpy.save_file({"w": ARRAYS["body.0.weight"]}, tmp_path / "w.safetensors")
    imported = of_file(str(tmp_path / "w.safetensors"), fit=True, keep=True)

    assert [] == imported.notes
    assert "scheme: file" not in imported.text


def test_one_kept_tensor(tmp_path: Path) -> None:
    """The note about one tensor is in the singular."""
    safetensors.numpy.save_file({"ids": IDS}, tmp_path / "w.safetensors")
    path = str(tmp_path / "w.safetensors")

    (note,) = of_file(path, fit=True, keep=True).notes
    assert note == (
        f"1 tensor follows no law and is taken from {path}: the layer-spec needs that file, at this path from its "
        "own folder"
    )


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`import --fit --keep` gives a layer-spec that `init` writes from the same folder, also from standard input."""
    saved(tmp_path, "w.safetensors")
    monkeypatch.chdir(tmp_path)
    text = CliRunner().invoke(group, ["import", "w.safetensors", "--fit", "--keep"]).stdout
    found = CliRunner().invoke(group, ["init", "-", "-o", "o.safetensors"], input=text)

    assert 0 == found.exit_code, found.output
    made = safetensors.numpy.load_file("o.safetensors")
    assert all(made[name].tobytes() == ARRAYS[name].tobytes() for name in KEPT)


def test_into_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path in the layer-spec leads from its own folder to the file."""
    saved(tmp_path, "w.safetensors")
    (tmp_path / "specs").mkdir()
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(group, ["import", "w.safetensors", "--fit", "--keep", "-o", "specs/m.yaml"])

    assert 0 == found.exit_code, found.output
    assert 'path: "../w.safetensors"' in Path("specs/m.yaml").read_text()
    assert set(ARRAYS) == set(winitgen.generate("specs/m.yaml"))


@pytest.mark.parametrize(
    ("place", "source", "path"),
    [
        ("link/m.yaml", "w.safetensors", "../../w.safetensors"),
        ("link/../m.yaml", "w.safetensors", "../w.safetensors"),
        ("specs/m.yaml", "link/../../w.safetensors", "../w.safetensors"),
        ("specs/m.yaml", "near/w.safetensors", "../near/w.safetensors"),
    ],
)
def test_through_a_link(
    place: str, source: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link to the folder of the layer-spec, or one in the path of the source, leads to the file all the same."""
    saved(tmp_path, "w.safetensors")
    (tmp_path / "real/deep").mkdir(parents=True)
    (tmp_path / "specs").mkdir()
    (tmp_path / "link").symlink_to("real/deep")
    (tmp_path / "near").symlink_to(".")
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(group, ["import", source, "--fit", "--keep", "-o", place])

    assert 0 == found.exit_code, found.output
    assert f'path: "{path}"' in Path(place).read_text()
    assert set(ARRAYS) == set(winitgen.generate(place))
