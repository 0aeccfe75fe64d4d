"""Tensors that are observed while they are drawn, and the report that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from winitgen.files.output.observed import Observed
from winitgen.files.output.options import WriteOptions
from winitgen.report.drawn import drawn_report, statistics_of
from winitgen.writing.contents import Contents
from winitgen.writing.plain_tensors import plain_where_possible

if TYPE_CHECKING:
    from winitgen.files.digests import TensorDigest
    from winitgen.layouts.tensor import Tensor


class DrawnTensors:
    """The tensors of a file that are drawn, with the statistics and digests that the options ask for.

    ``observed`` are all tensors to be written, with drawables in place of those that are drawn.
    """

    def __init__(self, contents: Contents, options: WriteOptions) -> None:
        self._contents, self._options = contents, options
        tensors = contents.drawn
        self._statistics = statistics_of(tensors, histograms=options.histograms)
        self._digests = _digests_of(tensors) if options.digest else []
        kinds = (self._statistics, self._digests) if options.digest else (self._statistics,)
        by_arrays = options.digest or options.histograms
        source = tensors if by_arrays else plain_where_possible(tensors)
        self.observed = contents.whole(
            [
                Observed(tensor, [observer.see for observer in observers])
                for tensor, *observers in zip(source, *kinds, strict=True)
            ]
        )

    def report(self) -> dict[str, Any]:
        """Return the report, once every value is drawn."""
        contents = self._contents
        report = drawn_report(
            contents.plan, contents.drawn, self._statistics, histograms=self._options.histograms
        )
        report = contents.reported(report)
        if self._options.digest:
            report["digests"] = contents.digests(self._digests, self._options.threads)
        return report


def _digests_of(tensors: Sequence[Tensor]) -> list[TensorDigest]:
    """Return what hashes each tensor while it is drawn."""
    from winitgen.files.digests import TensorDigest

    return [TensorDigest(tensor.size) for tensor in tensors]
