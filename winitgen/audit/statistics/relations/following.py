"""Follows the values of one tensor into its trace, while they are tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from winitgen.audit.statistics.lattice import epsilon_of
from winitgen.audit.statistics.ownership import OwnedElements
from winitgen.audit.statistics.relations.correlation import of_neighbours
from winitgen.audit.statistics.relations.parts import Parts
from winitgen.audit.statistics.relations.trace import Trace, bits_of
from winitgen.audit.statistics.row import TensorRow
from winitgen.audit.statistics.sample import Sample
from winitgen.audit.statistics.tests import standardised
from winitgen.drawing.whole.orthogonal import Orthogonal
from winitgen.drawing.whole.repeated import Repeated
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.arrays import Array

if TYPE_CHECKING:
    from winitgen.planning.plan import Parameter

SMOOTH = 1e-9
"""Chance below which neighbours are taken to correlate."""

Hand = Callable[[int, Array], None]
"""Takes standardised values, and how many came before them in their run."""


class Follower:
    """The trace of a tensor of some samples, by the index of their parameters; of no tensor if it has none.

    The values of a tensor of one parameter go into the trace as they are; those of others are put together run by run.
    """

    def __init__(
        self, row: TensorRow, tensor: Tensor, samples: Mapping[int, Sample], parts: Parts | None
    ) -> None:
        self.samples, self.parts = samples, parts
        self.trace: Trace | None = None
        self._start, self._run = 0, np.zeros(0)
        self._plain = len(tensor.parameters) == 1 and tensor.parameters[0].zeroed is None
        drawn = [tensor.parameters[index] for index in samples]
        if parts is not None and drawn and parts.is_new(drawn):
            first = next(iter(samples.values()))
            stds = {sample.law.std for sample in samples.values()}
            bits = bits_of(first.dtype.itemsize, (sample.lattice for sample in samples.values()))
            self.trace = Trace(row, row.stored.shape, bits, stds.pop() if len(stds) == 1 else 1.0)

    def begin(self, start: int, count: int) -> None:
        """Begin a run of elements."""
        self._start = start
        if self.trace is not None and not self._plain:
            self._run = np.zeros(count)

    def hand(self, owned: OwnedElements) -> Hand | None:
        """Return what takes the standardised values of elements in this run."""
        trace, start, run = self.trace, self._start, self._run
        if trace is None:
            return None
        if self._plain:
            return lambda before, values: trace.see(start + before, values)
        chosen = owned.chosen

        def put(before: int, values: Array) -> None:
            if isinstance(chosen, slice):
                run[chosen.start + before : chosen.start + before + values.size] = values
            else:
                run[chosen[before : before + values.size]] = values

        return put

    def blank(self, owned: OwnedElements) -> None:
        """Note that elements of this run are not drawn one by one."""
        if self.trace is not None:
            chosen = owned.chosen
            elements = np.arange(chosen.start, chosen.stop) if isinstance(chosen, slice) else chosen
            self.trace.blank(self._start + elements)

    def end(self) -> None:
        """End a run."""
        if self.trace is not None and not self._plain:
            self.trace.see(self._start, self._run)

    def finish(self) -> None:
        """Test the neighbours, and leave the trace to be compared with others, unless a value is not finite."""
        trace, parts, samples = self.trace, self.parts, list(self.samples.values())
        if (
            trace is None
            or parts is None
            or any(sample.nans or sample.infinite or not sample.count for sample in samples)
        ):
            return
        if len({sample.law for sample in samples}) == 1:
            possible = standardised(samples[0])
            if one_length := trace.lengths.equal(*possible, _step(samples[0])):
                trace.row.related.append(one_length)
            tests = of_neighbours(trace, *possible)
            trace.smooth = any(test.p < SMOOTH for test in tests)
            trace.row.neighbours = partial(of_neighbours, trace)
            if not trace.row.why and not trace.row.beyond:
                trace.row.tests = [*trace.row.tests, *tests]
        parts.add(trace)


def _step(sample: Sample) -> float:
    """Return how far apart neighbouring numbers of a sample's format are, as a share; 0 for whole numbers."""
    return 0.0 if sample.dtype.kind in "biu" else epsilon_of(sample.dtype)


def follow_whole(row: TensorRow, parameter: Parameter, values: Array, parts: Parts) -> None:
    """Leave a parameter that was drawn as a whole to be compared with others; its parts only if it is orthogonal."""
    own, wide = parameter.distribution, values.astype(np.float64)
    spread = float(np.sqrt((wide * wide).mean())) if wide.size else 0.0
    if not spread or not parts.is_new([parameter]):
        return
    tensor: Any = row.tensor
    alone = len(tensor.parameters) == 1
    shape = row.stored.shape if alone else parameter.shape
    trace = Trace(row, shape, bits_of(values.dtype.itemsize), spread, independent=False)
    trace.see(0, (tensor.arranged(wide.reshape(parameter.shape)) if alone else wide) / spread)
    if not isinstance(own, Orthogonal):
        trace.drawn = int(np.count_nonzero(wide)) // (own.times if isinstance(own, Repeated) else 1)
    parts.add(trace, whole=not isinstance(own, Orthogonal))
