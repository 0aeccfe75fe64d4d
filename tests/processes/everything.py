"""Every public function in one call, and one text that says what came out of all of them."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

import winitgen

NAMES = ("w.safetensors", "w.npz", "w.h5", "w.npy", "w/", "shards/")
SPEC: dict[str, Any] = {
    "input": 3,
    "vars": {"n": 5},
    "layers": [
        {"name": "fc", "type": "dense", "units": "${n}", "activation": "relu"},
        {"name": "mix", "type": "dense", "units": 4, "init": "orthogonal"},
        {
            "name": "cut",
            "type": "dense",
            "units": 2,
            "init": {"scheme": "truncated_normal", "std": 0.3, "bounds": [-0.7, 1]},
        },
    ],
}


def everything(folder: str) -> str:
    """Write into a folder, read it again, and return a hash of all results; it says the same in every process."""
    os.makedirs(folder, exist_ok=True)
    spec = winitgen.load_spec(SPEC, variables={"n": 6})
    found: list[Any] = [repr(winitgen.plan(spec, seed=1).parameters)]
    found += [(name, array.tobytes().hex()) for name, array in winitgen.generate(spec, seed=1).items()]
    found.append(winitgen.probe(SPEC, samples=12, compare=["he_normal"])["runs"])
    for name in NAMES:
        found += _file(spec, os.path.join(folder, name), os.path.join(folder, NAMES[0]))
    text = json.dumps(found, default=repr).replace(folder, "")
    return hashlib.sha256(text.encode()).hexdigest()


def _file(spec: Any, path: str, first: str) -> list[Any]:
    size = "0.2KB" if path.endswith("shards/") else None
    written = winitgen.write(spec, path, seed=1, max_shard_size=size, force=True)
    if size:
        winitgen.finalize(path, max_shard_size=size)
    checked = (
        winitgen.verify(path, spec, seed=1) if path.endswith("npy") else winitgen.verify(path, digest=True)
    )
    return [written.report, checked, winitgen.inspect(path, digest=True), winitgen.diff(path, first)]
