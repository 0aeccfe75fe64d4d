"""Looking into a file that is in the system's cache: all statistics, against NumPy's mean, std, min and max alone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.bench.contenders import Comparison, Contender, builds, importing
from tests.bench.options import HERE, Options
from tests.bench.results import PEER


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield inspect and diff of one GiB of float32, and inspect of the header of 100 GB in a sparse file."""
    elements, size = (1 << 24, "64 MiB") if given.quick else (1 << 28, "1 GiB")
    full, sparse = given.directory / "full.safetensors", given.directory / "sparse.safetensors"
    begin = write(full, ["w"], elements)
    fill = [given.ours.python, HERE / "peers" / "inspect_file.py", full, begin, elements]
    subprocess.run([str(word) for word in fill], check=True)
    peer = [given.peers, HERE / "peers" / "inspect_numpy.py", full, begin]
    by_numpy = Contender("NumPy", PEER, peer, needs=("numpy",))
    yield Comparison(f"inspect, {size}", [*builds(given, ["inspect", full]), by_numpy])
    one = ["inspect", full, "--threads", "1"]
    yield Comparison(f"inspect, {size}, 1 thread", [*builds(given, one), by_numpy])
    yield Comparison(f"diff, twice {size}", builds(given, ["diff", full, full]), plotted=False)
    full.unlink()
    write(sparse, [f"layers.{i}.weight" for i in range(1000)], 25_000_000)
    header = ["inspect", sparse, "--header"]
    yield Comparison(
        "inspect --header, 100 GB",
        [*builds(given, header), importing(given, "click")],
        times=1 if given.quick else 3,
    )
    sparse.unlink()


def write(path: Path, names: list[str], elements: int) -> int:
    """Write a safetensors file of float32 tensors whose values are holes; return where these begin."""
    size = 4 * elements
    entries = {
        name: {"dtype": "F32", "shape": [elements], "data_offsets": [i * size, (i + 1) * size]}
        for i, name in enumerate(names)
    }
    text = json.dumps(entries).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + size * len(names))
    return 8 + len(text)
