"""Every public function in one call, and one text that says what came out of all of them."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

import winitgen
from winitgen.numeric.dtypes import FLOAT_DTYPES

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
NARROW: dict[str, Any] = {
    "input": [7, 4],
    "layers": [
        {"name": "lstm", "type": "lstm", "units": 3, "bias_init": {"scheme": "chrono", "t_max": 7e38}},
        {"name": "dense", "type": "dense", "units": 300, "init": {"scheme": "normal", "std": 2e-3}},
        {
            "name": "thirds",
            "type": "param",
            "shape": [4],
            "init": {"scheme": "listed", "values": [1e-2, 0.34]},
        },
        {"name": "mask", "type": "param", "shape": [3, 3], "init": {"scheme": "causal_mask", "above": -0.34}},
        {"name": "steps", "type": "param", "shape": [40], "init": {"scheme": "arange", "step": 0.0034}},
        {"name": "dt", "type": "param", "shape": [40], "init": "mamba_dt_bias"},
    ],
}
"""Values that lose digits, or become 0 or a subnormal, in one format or another."""


def everything(folder: str) -> str:
    """Write into a folder, read it again, and return a hash of all results; it says the same in every process."""
    os.makedirs(folder, exist_ok=True)
    spec = winitgen.load_spec(SPEC, variables={"n": 6})
    found: list[Any] = [repr(winitgen.plan(spec, seed=1).parameters)]
    for dtype in FLOAT_DTYPES:
        arrays = {**winitgen.generate(spec, seed=1, dtype=dtype), **winitgen.generate(NARROW, dtype=dtype)}
        found += [(dtype, name, array.tobytes().hex()) for name, array in arrays.items()]
    found.append(winitgen.probe(SPEC, samples=12, compare=["he_normal"])["runs"])
    found += [_narrow(dtype, folder) for dtype in FLOAT_DTYPES]
    for name in NAMES:
        found += _file(spec, os.path.join(folder, name), os.path.join(folder, NAMES[0]))
    text = json.dumps(found, default=repr).replace(folder, "")
    return hashlib.sha256(text.encode()).hexdigest()


def _narrow(dtype: str, folder: str) -> list[Any]:
    path = os.path.join(folder, f"{dtype}.safetensors")
    written = winitgen.write(NARROW, path, dtype=dtype, force=True, digest=True)
    return [written.report, winitgen.verify(path, digest=True)]


def _file(spec: Any, path: str, first: str) -> list[Any]:
    size = "0.2KB" if path.endswith("shards/") else None
    written = winitgen.write(spec, path, seed=1, max_shard_size=size, force=True)
    if size:
        winitgen.finalize(path, max_shard_size=size)
    checked = (
        winitgen.verify(path, spec, seed=1) if path.endswith("npy") else winitgen.verify(path, digest=True)
    )
    return [written.report, checked, winitgen.inspect(path, digest=True), winitgen.diff(path, first)]
