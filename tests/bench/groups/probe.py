"""A probe, statistics and all, against PyTorch's forward and backward pass alone, both without their imports."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.contenders import Comparison, Contender, scripts
from tests.bench.options import HERE, SPECS, Options
from tests.bench.results import PEER

MODELS = {"vgg16": 8, "he2015": 500}
"""The examples, and the samples in a batch."""


def comparisons(given: Options) -> Iterator[Comparison]:
    """Yield both models; PyTorch as it trains, and with the gradient of the input alone, as a probe has it."""
    models = {"he2015": 100} if given.quick else MODELS
    for name, samples in models.items():
        peer = [given.peers, HERE / "peers" / "probe_torch.py", name, samples]
        yield Comparison(
            f"specs/{name}.yaml, {samples} samples",
            [
                *scripts(
                    given, "probe_winitgen.py", [SPECS / f"{name}.yaml", samples], OPENBLAS_NUM_THREADS="1"
                ),
                Contender("PyTorch, training", PEER, [*peer, "weights"], needs=("torch",)),
                Contender("PyTorch, input alone", PEER, [*peer, "input"], needs=("torch",)),
            ],
            figure="printed",
            warm=False,
        )
