"""Peak memory of the whole process at 64 MB, 1 GB and 8 GB of He-normal float32 to safetensors."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.contenders import Comparison, builds, peers
from tests.bench.machine import available
from tests.bench.options import Options
from tests.bench.specs import squares

SIZES = {"64 MiB": (4, 2048), "1 GiB": (4, 8192), "8 GiB": (32, 8192)}
"""Layers and units of each size."""

QUICK = {"4 MiB": (4, 512), "64 MiB": (4, 2048)}


HELD = {"PyTorch": 1.2, "NumPy": 1.2, "JAX": 2.3, "Keras": 2.3}
"""How many times the size of the file each peer needs: safetensors copies what JAX has into memory of its own."""


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield each size; a peer for which the machine has not enough memory now is not started."""
    for name, (layers, units) in (QUICK if given.quick else SIZES).items():
        out, size = given.directory / "w.safetensors", 4 * layers * units**2
        init = ["init", squares(given, layers, units), "-o", out, "--no-fsync", "--quiet"]
        them = [
            one._replace(unable="too little memory here") if size * HELD[one.name] > available() else one
            for one in peers(given, "weights.py", [out, layers, units], out)
        ]
        yield Comparison(
            name, [*builds(given, init, out), *them], figure="megabytes", unit="MB", runs=3, warm=False
        )
