"""A row of the report, about the values of one parameter in one tensor."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from winitgen.audit.statistics import lines
from winitgen.audit.statistics.hints import hints_for
from winitgen.audit.statistics.sample import Sample
from winitgen.audit.statistics.tests import Test
from winitgen.files.input.stored_array import StoredArray
from winitgen.layouts.tensor import Tensor
from winitgen.planning.plan import Parameter

if TYPE_CHECKING:
    from winitgen.audit.statistics.measured.fitting import Explanation
    from winitgen.numeric.arrays import Array

Neighbours = Callable[["Array", "Array"], list[Test]]
"""Tests neighbours, of values that are possible, clipped and in standard deviations, with these weights."""


class TensorRow:
    """The results about the values of one parameter in one tensor.

    ``why`` has a line for each difference; until it is judged, ``beyond`` has those about values that the planned law
    rules out, ``constant`` those about its rows and columns, and ``related`` those about other tensors and about parts of this one. ``notes`` may explain them.
    ``neighbours`` tests the correlations of neighbours, and ``law`` is a measured law that explains what rejects. ``blocks`` are the samples of the blocks,
    if it has any; the names of their tests begin with ``block 0`` and so on.
    """

    def __init__(self, tensor: Tensor, stored: StoredArray, parameter: Parameter | None = None) -> None:
        self.tensor, self.stored, self.parameter = tensor, stored, parameter
        self.count = stored.size
        self.tests: list[Test] = []
        self.why: list[str] = []
        self.beyond: list[str] = []
        self.constant: list[str] = []
        self.related: list[str] = []
        self.notes: list[str] = []
        self.untested = False
        self.sample: Sample | None = None
        self.blocks: tuple[Sample | None, ...] = ()
        self.kept: Array | None = None
        self.measured: dict[str, float] | None = None
        self.neighbours: Neighbours | None = None
        self.law: Explanation | None = None

    def judge(self, rejected: list[Test], *, ideal: bool = False) -> None:
        """Add the tests that reject to the reasons, unless a measured law explains them and the law need not be ideal."""
        if self.law is not None and not ideal:
            self.beyond, rejected = [], []
        self.related = [*([] if self.beyond else self.constant), *self.related]
        self.why += self.beyond
        if rejected and not self.why:
            self.why += self._lines(self.sample, rejected)
            for number, sample in enumerate(self.blocks):
                block = f"block {number}"
                own = [
                    test._replace(name=test.name.removeprefix(f"{block} "))
                    for test in rejected
                    if test.name.startswith(f"{block} ")
                ]
                self.why += [f"{block}: {line}" for line in self._lines(sample, own)]
        if self.why and self.parameter is not None and self.law is None:
            self.notes += hints_for(self.parameter, self.sample, self.kept)
        self.why += self.related

    def _lines(self, sample: Sample | None, rejected: list[Test]) -> list[str]:
        """Return lines about tests that reject, of the whole or of one block."""
        whole = [test for test in rejected if not test.name.startswith("block ")]
        if sample is not None:
            return lines.rejected(sample, whole)
        return [lines.orthogonal_line(test) for test in whole]

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain values."""
        parameter = self.parameter
        return {
            "name": self.tensor.name,
            "parameter": "" if parameter is None else parameter.id,
            "shape": list(self.stored.shape),
            "dtype": self.stored.dtype,
            "elements": self.count,
            "scheme": "" if parameter is None else f"{parameter.scheme} {parameter.formula}".strip(),
            "planned": None
            if parameter is None or math.isnan(parameter.mean)
            else {"mean": parameter.mean, "std": parameter.std},
            "measured": None if self.measured is None else _figures(self.measured),
            "tests": {test.name: _plain(test) for test in self.tests},
            "verdict": "differs" if self.why else "untested" if self.untested else "agrees",
            "why": self.why,
            "law": None if self.law is None else self.law.line,
            "hints": self.notes,
        }


def _plain(test: Test) -> dict[str, float | None]:
    shown = {"value": test.value, "planned": test.planned, "z": test.z, "p": test.p}
    rounded = {key: None if value is None else float(f"{value:.5g}") for key, value in shown.items()}
    return _finite(rounded)  # the largest numbers are rounded to infinity


def _finite(numbers: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return numbers, with None for those that are not finite: of values that are not, or whose sum is not."""
    return {
        key: value if value is not None and math.isfinite(value) else None for key, value in numbers.items()
    }


def _figures(measured: Mapping[str, float]) -> dict[str, float | None]:
    """Return the four figures of a tensor, with None for one that is not finite, or that was not worked out."""
    return _finite({key: measured.get(key) for key in ("mean", "std", "min", "max")})
