"""A model of four shards, for tests of several processes."""

from __future__ import annotations

from pathlib import Path

SPEC = """\
model: four
seed: 3
input: 40
vars: {n: 50}
layers:
  - {name: a, type: dense, units: "${n}", activation: tanh}
  - {name: b, type: dense, units: 30, activation: tanh}
  - {name: c, type: dense, units: 60, activation: tanh}
  - {name: d, type: dense, units: 10}
"""
SIZE = ("--max-shard-size", "7KB")
"""Which makes four shards, of 8,000, 7,200, 6,560 and 2,440 bytes of values: two are larger than the limit."""

SHARDS = [f"model-{number:05d}-of-00004.safetensors" for number in range(1, 5)]


def content(folder: Path) -> dict[str, bytes]:
    """Return the content of each file in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
