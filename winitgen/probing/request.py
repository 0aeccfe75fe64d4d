"""What a probe is asked for."""

from __future__ import annotations

from typing import NamedTuple

from winitgen.probing.diagnostics.loss import LossChoice
from winitgen.probing.thresholds import DEFAULT, Thresholds
from winitgen.probing.variants import Sweep


class ProbeRequest(NamedTuple):
    """The options of a probe; `winitgen.probe` explains each."""

    seed: int | None = None
    dtype: str | None = None
    samples: int | None = None
    steps: int | None = None
    input: str | None = None
    backward: bool = True
    schemes: tuple[str, ...] = ()
    sweep: Sweep | None = None
    seeds: int = 1
    thresholds: Thresholds = DEFAULT
    threads: int = 1
    loss: LossChoice | None = None
