"""One GiB of He-normal float32 to each file format, without fsync; NumPy draws for np.savez, np.save and h5py."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.contenders import Comparison, builds, dd, peers
from tests.bench.options import Options
from tests.bench.specs import gibibyte

OUTPUTS = {"safetensors": "w.safetensors", "npz": "w.npz", "npy": "w.npy", "npy-dir": "w", "hdf5": "w.h5"}


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield each format."""
    size, spec, sizes = gibibyte(given)
    for name, output in OUTPUTS.items():
        out = given.directory / output
        init = ["init", spec, "--no-fsync", "--quiet", "--format", name, "-o", out]
        yield Comparison(
            f"{size} as {name}",
            [
                *builds(given, init, out),
                *peers(given, "weights.py", [out, *sizes], out, only=["NumPy"]),
                dd(given.directory / "zeros", 4 * sizes[0] * sizes[1] ** 2, fsync=False),
            ],
        )
