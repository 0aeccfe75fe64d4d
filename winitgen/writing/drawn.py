"""Tensors that are observed while they are drawn, and the report that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from winitgen.files.digests import TensorDigest, digests_of
from winitgen.files.output.observed import Observed
from winitgen.files.output.options import WriteOptions
from winitgen.layouts.tensor import Tensor
from winitgen.planning.plan import Plan
from winitgen.report.drawn import drawn_report, statistics_of


class DrawnTensors:
    """The tensors of a file, with the statistics and digests that the options ask for.

    ``observed`` are drawables to be written in place of the tensors.
    """

    def __init__(self, planned: Plan, tensors: Sequence[Tensor], options: WriteOptions) -> None:
        self._planned, self._tensors, self._options = planned, tensors, options
        self._statistics = statistics_of(tensors, histograms=options.histograms)
        self._digests = [TensorDigest(tensor.size) for tensor in tensors] if options.digest else []
        kinds = (self._statistics, self._digests) if options.digest else (self._statistics,)
        self.observed = [
            Observed(tensor, [observer.see for observer in observers])
            for tensor, *observers in zip(tensors, *kinds, strict=True)
        ]

    def report(self) -> dict[str, Any]:
        """Return the report, once every value is drawn."""
        report = drawn_report(
            self._planned, self._tensors, self._statistics, histograms=self._options.histograms
        )
        if self._options.digest:
            report["digests"] = digests_of(self._planned, self._tensors, self._digests, self._options.threads)
        return report
