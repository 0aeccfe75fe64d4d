"""One GiB in the layouts of Keras and Flax, against models of these libraries that are built and saved."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.contenders import Comparison, Contender, builds
from tests.bench.options import HERE, Options
from tests.bench.results import PEER
from tests.bench.specs import gibibyte

LAYOUTS = {
    "Keras": ("keras", "w.weights.h5"),
    "Flax": ("flax", "w.safetensors"),
    "NNX": ("nnx", "n.safetensors"),
}
"""The libraries, their layouts, and the files that they or their users write."""


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield each layout."""
    size, spec, sizes = gibibyte(given)
    for name, (layout, output) in LAYOUTS.items():
        out = given.directory / output
        init = ["init", spec, "--layout", layout, "--no-fsync", "--quiet", "-o", out]
        peer = [given.peers, HERE / "peers" / f"model_{layout}.py", out, *sizes]
        needs = ("keras", "jax", "h5py") if layout == "keras" else ("flax", "jax", "safetensors")
        yield Comparison(
            f"{size}, layout {layout}, {out.suffix}",
            [*builds(given, init, out), Contender(name, PEER, peer, out, needs=needs)],
        )
