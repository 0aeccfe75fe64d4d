"""Peak memory of the whole process at 64 MB, 1 GB and 8 GB of He-normal float32 to safetensors."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tests.bench.contenders import Comparison, builds, peers
from tests.bench.options import Options
from tests.bench.specs import squares

SIZES = {"64 MiB": (4, 2048), "1 GiB": (4, 8192), "8 GiB": (32, 8192)}
"""Layers and units of each size."""

QUICK = {"4 MiB": (4, 512), "64 MiB": (4, 2048)}


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield each size; the largest goes to the peers only if the machine can hold it one and a half times."""
    for name, (layers, units) in (QUICK if given.quick else SIZES).items():
        out, size = given.directory / "w.safetensors", 4 * layers * units**2
        init = ["init", squares(given, layers, units), "-o", out, "--no-fsync", "--quiet"]
        them = peers(given, "weights.py", [out, layers, units], out)
        if size * 3 // 2 > available():
            them = [one._replace(unable=f"{name} does not fit into this machine's memory") for one in them]
        yield Comparison(
            name, [*builds(given, init, out), *them], figure="megabytes", unit="MB", runs=3, warm=False
        )


def available() -> int:
    """Return the bytes of memory that the system could give now, as far as it tells."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except ValueError:  # macOS does not tell
        return 1 << 33
