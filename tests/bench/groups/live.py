"""The first weights of a sharded model on 4 ranks, against a checkpoint that rank 0 writes; and one rank alone."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.contenders import Comparison, Contender
from tests.bench.options import HERE, Options
from tests.bench.results import OURS, PEER

NEEDS = ("torch",)


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield 4 GiB of float32, in the seconds that the ranks print, and a rank that holds all or a quarter of it."""
    layers, units = (4, 2048) if given.quick else (16, 8192)
    size, folder = ("64 MiB" if given.quick else "4 GiB"), given.directory / "live"
    script = HERE / "peers" / "live_ranks.py"
    words = [folder, 4, layers, units]
    yield Comparison(
        f"{size} on 4 ranks{{case}}",
        [
            Contender("winitgen", OURS, [given.ours.python, script, "winitgen", *words], folder, needs=NEEDS),
            Contender("PyTorch", PEER, [given.peers, script, "torch", *words], folder, needs=NEEDS),
        ],
        figure="printed",
        runs=3,
    )
    for ranks, held in ((1, "all of it"), (4, "a quarter")):
        alone = [given.ours.python, HERE / "peers" / "live_alone.py", ranks, layers, units]
        yield Comparison(
            f"a rank that holds {held} of {size}, {{case}}",
            [Contender("winitgen", OURS, alone, needs=NEEDS)],
            figure="printed",
            unit="",
            runs=3,
            plotted=False,
        )
