"""`winitgen.convert` into shards: divided, named and indexed as `init` and Hugging Face's libraries do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import winitgen
from tests.frameworks.conftest import import_framework
from winitgen.files.shards import writing

SPEC: dict[str, Any] = {
    "input": [3, 6, 6],
    "layers": [
        {"name": "conv", "type": "conv2d", "filters": 5, "kernel_size": 3},
        {"name": "bn", "type": "batch_norm"},
        {"name": "same", "type": "conv2d", "filters": 4, "kernel_size": 1, "dtype": "bfloat16"},
    ],
}
ARRAYS: dict[str, Any] = {
    "b.w": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b.n": np.array(3),
    "a.w": np.full((5, 4), -1.5, np.float32),
    "a.none": np.zeros((0, 3), np.float16),
}
SIZE = "0.03KB"
INDEX = "model.safetensors.index.json"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of 24, 8, 80 and 0 bytes of values, in this order, without a recipe."""
    path = tmp_path / "w.npz"
    np.savez(path, **ARRAYS)
    return path


def content(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("container", ["w.safetensors", "w.npz", "w.h5", "w/"])
@pytest.mark.parametrize("size", ["1KB", "0.1KB", "5GB"])
def test_shards_are_those_of_init(tmp_path: Path, container: str, size: str) -> None:
    """Byte for byte, the index with its count of trained values too, whatever the file was."""
    winitgen.write(SPEC, f"{tmp_path}/{container}", seed=3)
    winitgen.write(SPEC, f"{tmp_path}/init/", seed=3, max_shard_size=size)
    report = winitgen.convert(f"{tmp_path}/{container}", f"{tmp_path}/out/", max_shard_size=size).report

    expected = content(tmp_path / "init")
    assert expected == content(tmp_path / "out")
    assert report["recipe"]
    assert sum(map(len, expected.values())) == report["file_bytes"]
    assert "verified" == winitgen.verify(tmp_path / "out")["status"]


def test_shards_are_those_of_the_hub_library(tmp_path: Path) -> None:
    """A state dict of PyTorch: the same tensors in the same files, the same index."""
    torch, hub = import_framework("torch"), import_framework("huggingface_hub")
    sizes = [(3, 5), (40,), (2,), (7, 1), (), (11,), (4, 4)]
    state = {
        f"t{n}": torch.arange(np.prod(size, dtype=int)).reshape(size) / 2 for n, size in enumerate(sizes)
    }
    torch.save(state, tmp_path / "w.pt")
    (tmp_path / "hub").mkdir()
    hub.save_torch_state_dict(state, tmp_path / "hub", max_shard_size="0.1KB")
    report = winitgen.convert(tmp_path / "w.pt", f"{tmp_path}/out/", max_shard_size="0.1KB").report

    ours, theirs = content(tmp_path / "out"), content(tmp_path / "hub")
    assert {*theirs} == {*ours}
    assert json.loads(theirs[INDEX]) == json.loads(ours[INDEX])
    assert 4 == len(report["shards"])
    for name in {*ours} - {INDEX}:
        found, expected = load_file(tmp_path / "out" / name), load_file(tmp_path / "hub" / name)
        assert {*expected} == {*found}
        assert [] == [key for key in expected if expected[key].tobytes() != found[key].tobytes()]


def test_an_index_as_output(tmp_path: Path, source: Path) -> None:
    """Its name has the variant; names and number formats change on the way, and metadata goes into each shard."""
    old = tmp_path / "old.safetensors"
    winitgen.convert(source, old)
    save_file(load_file(old), old, {"format": "pt"})
    index = tmp_path / "out" / "m.safetensors.index.fp16.json"
    rules: dict[str, Any] = {"rename": [r"^a\.=c."], "ignore": ["*.n"], "dtype": "float16"}
    report = winitgen.convert(old, index, max_shard_size=SIZE, **rules).report

    first, second = (tmp_path / "out" / f"m.fp16-0000{n}-of-00002.safetensors" for n in (1, 2))
    assert (str(index), ["b.n"]) == (report["file"], report["ignored"])
    assert {first.name, second.name, index.name} == {*content(tmp_path / "out")}
    assert {"metadata": {"total_size": 52}, "weight_map": {"b.w": second.name, "c.none": second.name, "c.w": first.name}} == json.loads(index.read_text())  # fmt: skip
    assert ARRAYS["a.w"].astype(np.float16).tobytes() == load_file(first)["c.w"].tobytes()
    assert ARRAYS["b.w"].astype(np.float16).tobytes() == load_file(second)["b.w"].tobytes()
    assert "pt" == winitgen.inspect(index)["metadata"]["format"]


def test_a_dry_run_writes_nothing(tmp_path: Path, source: Path) -> None:
    """Its report is that of the run."""
    out = f"{tmp_path}/out/"
    status, dry = winitgen.convert(source, out, max_shard_size=SIZE, dry_run=True)
    absent = not (tmp_path / "out").exists()

    assert ("dry run", True) == (status, absent)
    assert ("written", dry) == winitgen.convert(source, out, max_shard_size=SIZE)
    assert ("unchanged", dry) == winitgen.convert(source, out, max_shard_size=SIZE)


def test_an_interrupted_run_is_completed(tmp_path: Path, source: Path) -> None:
    """Shards that are whole stay, and the index comes last."""
    out = tmp_path / "out"
    winitgen.convert(source, f"{out}/", max_shard_size=SIZE)
    whole = content(out)
    first, *others = sorted({*whole} - {INDEX})
    before = (out / first).stat()
    for name in (*others, INDEX):
        (out / name).unlink()

    assert "written" == winitgen.convert(source, f"{out}/", max_shard_size=SIZE).status
    assert (before.st_mtime_ns, whole) == ((out / first).stat().st_mtime_ns, content(out))


def test_other_values_are_never_under_an_old_index(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their headers are alike. Without ``force`` all stays; with it the index goes before the first shard changes."""
    out = tmp_path / "out"
    winitgen.convert(source, f"{out}/", max_shard_size=SIZE)
    before = content(out)
    np.savez(source, **ARRAYS | {"a.w": -ARRAYS["a.w"]})
    with pytest.raises(winitgen.ExistsError) as error:
        winitgen.convert(source, f"{out}/", max_shard_size=SIZE)
    kept = content(out)
    second = "model-00002-of-00003.safetensors"
    held: list[bool] = []
    publish = writing.publish

    def watched(*call: Any) -> Any:
        held.append((out / INDEX).exists())
        return publish(*call)

    monkeypatch.setattr(writing, "publish", watched)
    status, _ = winitgen.convert(source, f"{out}/", max_shard_size=SIZE, force=True)
    after = content(out)

    assert f"{out}/{second} exists and carries no recipe of winitgen; --force replaces it" == str(error.value)
    assert before == kept
    assert ("written", [False] * 3) == (status, held)
    assert {second} == {name for name in after if after[name] != before[name]}


def test_refused(tmp_path: Path, source: Path) -> None:
    """What is not divided so, a place that is a file's, shards of others, and the source itself."""
    out = tmp_path / "out"
    winitgen.convert(source, f"{out}/", max_shard_size=SIZE)
    before = content(out)
    first = f"{out}/model-00001-of-00003.safetensors"
    mine = "the output would take the place of a file whose values it needs; give it another name"
    keras = "convert cannot write keras-h5, which has the paths of Keras's own objects; '.h5' is plain HDF5"
    several = f"makes several files; name a folder, as in {tmp_path}/x.npz/, or an index, as in model.safetensors.index.json, not {tmp_path}/x.npz"
    foreign = "carries no recipe of winitgen, and readers may take it for a part of this model; move it away"
    calls: list[tuple[Any, str, dict[str, Any], str]] = [
        (source, "x.npz", {"max_shard_size": SIZE}, f"--max-shard-size {several}"),
        (source, "x.npz", {"shard_name": "m"}, f"--shard-name {several}"),
        (source, "x/", {"max_shard_size": "5"}, "--max-shard-size takes a size such as 5GB, 500MB or 1.5TB, not '5'"),
        (source, "x/", {"max_shard_size": SIZE, "format": "npz"}, "only safetensors and keras-h5 are sharded; leave out --format npz"),
        (source, "x.weights.json", {}, keras),
        (source, "x.weights.h5", {"max_shard_size": SIZE}, keras),
        (source, "-", {"max_shard_size": SIZE}, "--max-shard-size makes several files; name a folder, as in out/, or an index, as in model.safetensors.index.json, not -"),
        (out, "out/", {"max_shard_size": "1KB", "force": True}, f"{first}: {mine}"),
        (f"{out}/{INDEX}", "out/model.safetensors", {"max_shard_size": "1KB", "force": True}, f"{first}: {mine}"),
        (source, "out/", {"max_shard_size": "1KB", "force": True}, f"{first} {foreign}"),
    ]  # fmt: skip
    for given, name, choices, message in calls:
        with pytest.raises(winitgen.WinitgenError) as error:
            winitgen.convert(given, f"{tmp_path}/{name}" if name != "-" else name, **choices)
        assert message == str(error.value)
    assert (before, {"out", "w.npz"}) == (content(out), {path.name for path in tmp_path.iterdir()})
