"""Threads share a checkpoint, a forked process goes on with it; files and memory are let go."""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from tests.checkpoint.models import MODELS, random_index
from winitgen.checkpoint import held

VALUES = np.arange(60, dtype=np.float32).reshape(12, 5)


def kept(folder: Path, name: str) -> dict[str, Any]:
    """Return a model of one tensor whose values are in a file, and a drawn one."""
    path = folder / name
    if path.suffix == ".npz":
        np.savez_compressed(path, w=VALUES)
    else:
        save_file({"w": VALUES}, path)
    init = {
        "scheme": "file",
        "path": str(path),
        "tensor": "w",
        "sha256": sha256(VALUES.tobytes()).hexdigest(),
    }
    layer = {"type": "param", "shape": [12, 5]}
    return {"layers": [layer | {"name": "w", "init": init}, layer | {"name": "v", "init": "normal"}]}


@pytest.mark.parametrize("model", ["mlp", "interleaved", "convolutions"])
def test_threads(model: str) -> None:
    """Random slices of all tensors, by several threads at a time, of one checkpoint that nothing was read of."""
    for layout in ("torch", "keras"):
        arrays, opened = (
            winitgen.generate(MODELS[model], layout=layout),
            winitgen.open(MODELS[model], layout=layout),
        )

        def wrong(seed: int, arrays: Any = arrays, opened: Any = opened) -> list[Any]:
            drawn = random.Random(seed)  # noqa: S311 - slices, not secrets
            found: list[Any] = []
            for name in drawn.sample(sorted(arrays), len(arrays)):
                index = random_index(arrays[name].shape, drawn)
                if opened.get_slice(name)[index].tobytes() != arrays[name][index].tobytes():
                    found.append((name, index))
            return found

        with ThreadPoolExecutor(6) as pool:
            assert [] == [row for rows in pool.map(wrong, range(24)) for row in rows]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_after_a_fork() -> None:
    """A child draws on, also while a thread of the parent computed a matrix."""
    code = """
import os, threading, warnings, winitgen
warnings.simplefilter("ignore")
spec = {"layers": [{"name": "fc", "type": "dense", "inputs": 500, "units": 500, "init": "orthogonal"}]}
winitgen.generate(spec)  # a fork while a thread imports is Python's own deadlock
opened = winitgen.open(spec, seed=1)
thread = threading.Thread(target=opened.get_tensor, args=("fc.weight",))
thread.start()
child = os.fork()
if child == 0:
    os._exit(0 if opened.get_slice("fc.weight")[7].shape == (500,) else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
thread.join()
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )

    assert "0\n" == done.stdout


@pytest.mark.parametrize("name", ["w.safetensors", "w.npz"])
def test_values_of_files(name: str, tmp_path: Path) -> None:
    """They are read where they are asked for; the files are open until the checkpoint is closed, or gone."""
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    spec = kept(tmp_path, name)
    for leave in (winitgen.Checkpoint.close, gc.collect):
        opened = winitgen.open(spec)
        assert np.array_equal(VALUES[3:9:2, 1], opened.get_slice("w")[3:9:2, 1])
        assert np.array_equal(VALUES[::-1], opened.get_slice("w")[::-1])
        assert np.array_equal(VALUES, opened.get_tensor("w"))
        if leave is winitgen.Checkpoint.close:
            opened.close()
        del opened
        gc.collect()
        assert not before or before == len(os.listdir("/proc/self/fd"))


def test_a_wrong_file_is_told_at_once(tmp_path: Path) -> None:
    """Its digest is read when the checkpoint is opened."""
    spec = kept(tmp_path, "w.safetensors")
    spec["layers"][0]["init"]["sha256"] = "0" * 64

    with pytest.raises(winitgen.SpecError, match="the file is not the one that the layer-spec means"):
        winitgen.open(spec)


def test_what_is_computed_whole_is_kept_under_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once for many slices; the latest stay, one of any size; nothing is left after ``close``."""
    layers = [
        {"name": name, "type": "dense", "inputs": 10, "units": 10, "init": "orthogonal", "use_bias": False}
        for name in "abc"
    ]
    computed: list[str] = []
    compute = held._computed
    monkeypatch.setattr(held, "_computed", lambda one: [computed.append(one.id), compute(one)][1])
    for most, expected in ((1200, ["a", "b", "c", "b", "a", "c"]), (100, [*"abcbac", "a"]), (800, None)):
        monkeypatch.setattr(held, "MOST_BYTES", most)
        computed.clear()
        with winitgen.open({"layers": layers}) as opened:
            for name in "abcbacca":
                opened.get_slice(f"{name}.weight")[2:4, 5]
            sizes = [array.nbytes for array in opened._held._arrays.values()]
            assert sum(sizes) <= max(most, 400)
        assert {} == opened._held._arrays
        names = [one.partition("/")[0] for one in computed]
        assert names == {1200: ["a", "b", "c"], 100: expected, 800: ["a", "b", "c", "a", "c"]}[most]
