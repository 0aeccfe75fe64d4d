"""Calls of every command that has a report, of many kinds, and what they print with ``--json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from tests.cli.conftest import ROOT
from tests.cli.in_process import run_here

SPECS = {
    "m.yaml": """
model: small
input: 6
layers:
  - {name: a, type: dense, units: 5, activation: relu}
  - {name: b, type: dense, units: 3, init: {scheme: uniform, low: -0.5, high: 0.5}}
  - {name: c, type: dense, units: 2, activation: sigmoid, init: {scheme: truncated_normal, std: 0.1}}
""",
    "other.yaml": "input: 6\nlayers:\n  - {name: a, type: dense, units: 5}\n",
    "embedded.yaml": """
input: {tokens: 4}
layers:
  - {name: table, type: embedding, count: 9, dim: 4, padding_index: 0}
  - {name: rnn, type: lstm, units: 4}
  - {name: head, type: dense, units: 9, tied_to: table, use_bias: false}
""",
    "deep.yaml": """
input: [6, 8]
layers:
  - type: residual
    name: first
    layers: [{name: attention, type: multi_head_attention, heads: 2}]
  - type: residual
    name: second
    layers: [{name: up, type: dense, units: 16, activation: gelu}, {name: down, type: dense, units: 8}]
  - {name: out, type: dense, units: 3}
""",
}

CALLS: dict[str, list[str]] = {
    "init": [
        "m.yaml -o new.safetensors --digest",
        "m.yaml -o new.safetensors",
        "m.yaml -o new.npz --report r.html",
        "m.yaml --dry-run",
        "m.yaml -o other.npy --dry-run",
        "m.yaml -o new.weights.h5 --layout keras",
        "m.yaml -o shards/ --max-shard-size 0.0001MB",
        "m.yaml -o shared/ --max-shard-size 0.0001MB --rank 0 --world-size 2",
        "m.yaml -o copied.safetensors --base w.safetensors --only a.* --digest",
        "m.yaml -o copied.npz --base w.safetensors --only a.* --dry-run",
        "embedded.yaml -o e.safetensors --dtype bfloat16",
    ],
    "plan": ["m.yaml", "m.yaml embedded.yaml other.yaml", "embedded.yaml --layout flax"],
    "probe": [
        "m.yaml --samples 9",
        "m.yaml --samples 9 --no-backward",
        "m.yaml --samples 9 --compare spec,torch,he_normal",
        "m.yaml --samples 9 --sweep gain=0.5:2:3",
        "embedded.yaml --samples 5",
        "deep.yaml --samples 9 --loss cross_entropy",
        "deep.yaml --samples 9 --loss mse --learning-rate 0.1 --seeds 3",
        "m.yaml --samples 9 --seeds 2 --compare spec,torch",
    ],
    "inspect": [
        "w.safetensors",
        "w.safetensors --header",
        "w.safetensors --digest --fail-on nan,equal-tensors",
        "w.safetensors --tensor a.*",
        "odd.safetensors",
        "odd.safetensors --fail-on nan,inf",
        "odd.safetensors --tensor *",
        "odd.npz",
        "folder/",
        "kept.safetensors",
    ],
    "verify": [
        "w.safetensors",
        "w.safetensors --digest",
        "w.safetensors m.yaml --seed 3",
        "kept.safetensors",
        "kept.safetensors --base w.safetensors",
        "damaged.safetensors",
        "w.safetensors m.yaml --ignore c.*",
        "w.safetensors m.yaml --statistics",
        "w.safetensors other.yaml --statistics",
        "odd.safetensors m.yaml --statistics --strip-prefix x.",
    ],
    "diff": [
        "w.safetensors w.safetensors",
        "w.safetensors damaged.safetensors",
        "w.safetensors damaged.safetensors --atol 1",
        "w.safetensors odd.safetensors",
        "odd.safetensors odd.npz --ignore f",
    ],
    "convert": [
        "w.safetensors c.npz",
        "w.safetensors c.h5 --dry-run",
        "odd.npz c.safetensors --ignore t --ignore z",
        "w.safetensors parts/ --max-shard-size 0.0001MB",
    ],
    "finalize": ["ranks/", "ranks/ --check"],
    "summary": ["m.yaml", "embedded.yaml --depth 1"],
    "schemes": ["", "he", "uniform", "truncated_normal", "orthogonal", "mup"],
    "activations": ["", "gelu", "leaky_relu"],
    "layers": ["", "conv2d", "dense"],
    "presets": ["", "torch", "torchvision-vit"],
    "formats": ["", "safetensors"],
    "families": ["", "llama"],
    "example": [""],
}
"""The arguments of each call; its command is the key."""


def prepare(folder: Path) -> None:
    """Write the files that the calls read."""
    for name, text in SPECS.items():
        (folder / name).write_text(text)
    for line in (
        "init m.yaml -o w.safetensors",
        "init m.yaml -o folder/ --format npy-dir",
        "init m.yaml -o kept.safetensors --base w.safetensors --only a.*",
        "init m.yaml -o ranks/ --max-shard-size 0.0001MB --rank 0 --world-size 1",
    ):
        done = run_here(*line.split(), cwd=folder)
        assert done.code == 0, done.err
    values = bytearray((folder / "w.safetensors").read_bytes())
    values[-1] ^= 1
    (folder / "damaged.safetensors").write_bytes(values)
    odd = {
        "f": np.array([np.nan, np.inf, 1, 0], "float32"),
        "i": np.arange(6).reshape(2, 3),
        "b": np.array([True, False]),
        "huge": np.array([1e308, -1e308]),
        "none": np.zeros((0, 3), "float16"),
        "one": np.array(2.0),
    }
    save_file(odd, folder / "odd.safetensors")
    np.savez(folder / "odd.npz", t=np.array(["text"]), z=np.array([1 + 2j, np.nan]), **odd)  # type: ignore[arg-type]


def printed(command: str, call: str, folder: Path) -> Any:
    """Return what a call prints as JSON."""
    done = run_here(command, *call.split(), "--json", cwd=folder)
    assert done.code in (0, 1), done.err
    return json.loads(done.out)


__all__ = ["CALLS", "ROOT", "prepare", "printed"]
