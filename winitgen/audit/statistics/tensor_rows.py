"""Compares one array of a file with its planned tensor; returns rows of the report."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from winitgen.audit.blocks import runs
from winitgen.audit.matching import PlannedArray
from winitgen.audit.statistics import lines
from winitgen.audit.statistics.dependent import examine
from winitgen.audit.statistics.exact import FIXED, Comparison, room_of, widest
from winitgen.audit.statistics.laws import law_of
from winitgen.audit.statistics.ownership import PADDING, Ownership
from winitgen.audit.statistics.relations.following import Follower, follow_whole
from winitgen.audit.statistics.relations.parts import Parts
from winitgen.audit.statistics.row import TensorRow
from winitgen.audit.statistics.sample import HELD, Sample
from winitgen.audit.statistics.tests import tests_of
from winitgen.audit.verify.kept import changed_values, is_kept
from winitgen.drawing import draw
from winitgen.drawing.distributions.constant import Constant
from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.stored_array import StoredArray
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.numeric.scratch import Workspace
from winitgen.planning.plan import Parameter


def compare(
    tensor: Tensor,
    stored: StoredArray,
    wholes: dict[str, GatheredParameter],
    parts: Parts | None = None,
) -> list[TensorRow]:
    """Return the rows of one tensor: one for a wrong shape or format, and one per parameter.

    Parameters that must be examined as a whole are collected in ``wholes`` by id, with their row. What is drawn goes to
    ``parts``, if there are any, to be compared with other tensors.
    """
    rows = _form(tensor, stored)
    dtype = numpy_dtype(stored.dtype) if stored.readable else None
    if dtype is None or (dtype.kind not in "biu" and not _is_float(dtype)):
        return _not_tested(tensor, stored, rows)
    if math.prod(stored.shape) != tensor.size:
        return rows
    kept, fixed = is_kept(tensor), all(isinstance(one.distribution, FIXED) for one in tensor.parameters)
    if kept or fixed:
        return [*rows, _kept(tensor, stored) if kept else _fixed(tensor, stored)]
    if dtype.kind in "biu" and tensor.dtype in FLOAT_DTYPES:
        return rows
    if tensor.added:
        return [*rows, _sum(tensor, stored, dtype)]
    return rows + _mixed(tensor, stored, dtype, wholes, parts)


def _not_tested(tensor: Tensor, stored: StoredArray, rows: list[TensorRow]) -> list[TensorRow]:
    """Return ``rows``, or one that says why the values cannot be read or are not tested."""
    if stored.readable:
        return rows or [_untested(tensor, stored, f"values of {stored.dtype} are not tested")]
    row = rows[0] if rows else TensorRow(tensor, stored)
    row.why = [*row.why, f"its values were not read: {stored.unread}"]
    return [row]


def _kept(tensor: Tensor, stored: StoredArray) -> TensorRow:
    """Return the row of a tensor that has the values of a file, by its digest."""
    row = TensorRow(tensor, stored, tensor.parameters[0])
    line = changed_values(PlannedArray(tensor, stored), "")
    row.why = [line] if line else []
    return row


def _is_float(dtype: np.dtype[Any]) -> bool:
    return dtype.name in FLOAT_DTYPES


def _form(tensor: Tensor, stored: StoredArray) -> list[TensorRow]:
    """Return a row about a shape or a number format that differs from the plan."""
    why = []
    if stored.shapeless:
        why.append(f"it has no shape, planned {_times(tensor.shape)}")
    elif stored.shape != tensor.shape:
        text = "shape is {}, planned {}".format(*(_times(shape) for shape in (stored.shape, tensor.shape)))
        reordered = sorted(stored.shape) == sorted(tensor.shape)
        why.append(f"{text}: the same axes in another order" if reordered else text)
    if stored.dtype != tensor.dtype:
        why.append(f"dtype is {stored.dtype}, planned {tensor.dtype}")
    row = TensorRow(tensor, stored)
    row.why = why
    return [row] if why else []


def _times(shape: tuple[int, ...]) -> str:
    return "x".join(str(size) for size in shape) or "scalar"


def _untested(tensor: Tensor, stored: StoredArray, note: str) -> TensorRow:
    row = TensorRow(tensor, stored, tensor.parameters[0])
    row.untested, row.notes = True, [note]
    return row


def _fixed(tensor: Tensor, stored: StoredArray) -> TensorRow:
    """Return the row of a tensor with deterministic values, each compared with the drawn value."""
    room = widest(parameter.distribution for parameter in tensor.parameters)
    comparison, workspace = Comparison(room), Workspace()
    row = TensorRow(tensor, stored, tensor.parameters[0])
    for start, values in runs(stored):
        comparison.see(values, tensor.draw(start, values.size, workspace).astype(np.float64))
    _record_comparison(row, comparison)
    drawn = stored.dtype in FLOAT_DTYPES  # whole numbers are not another law's
    if drawn and comparison.wrong and stored.size <= HELD and not comparison.nans:
        row.kept = stored.read(0, stored.size)
    return row


def _record_comparison(row: TensorRow, comparison: Comparison) -> None:
    row.why += comparison.why()
    row.measured = {"mean": comparison.mean, "min": comparison.low, "max": comparison.high}


def _sum(tensor: Tensor, stored: StoredArray, dtype: np.dtype[Any]) -> TensorRow:
    """Return the row of a sum of biases, one of them random; the deterministic ones are subtracted first."""
    drawn = [p for p in tensor.parameters if not isinstance(p.distribution, FIXED)]
    law = law_of(drawn[0].distribution)
    if len(drawn) > 1 or law is None or dtype.itemsize < 4:
        return _untested(tensor, stored, "a sum of several drawn biases is not tested")
    arrays = [
        np.zeros(p.shape) if p is drawn[0] else draw.whole(p).astype(np.float64) for p in tensor.parameters
    ]
    row, sample = TensorRow(tensor, stored, drawn[0]), Sample(law, dtype, stored.size)
    sample.see((stored.read(0, stored.size) - tensor.arranged(*arrays)).astype(dtype))
    record(row, sample)
    return row


class GatheredParameter:
    """The values of one parameter, gathered from the tensors that hold them."""

    def __init__(self, row: TensorRow, parameter: Parameter, dtype: np.dtype[Any]) -> None:
        self.row, self.parameter = row, parameter
        self.values = np.zeros(parameter.size, dtype)
        self.missing = parameter.size

    def finish(self, parts: Parts | None = None) -> None:
        """Examine the parameter if it is complete, and record the results in the row."""
        row = self.row
        bad = int((~np.isfinite(self.values)).sum())
        if self.missing:
            row.untested = True
        elif bad:
            row.why.append(f"{bad:,} of {self.values.size:,} values are not finite")
        elif isinstance(self.parameter.distribution, FIXED):
            comparison = Comparison(room_of(self.parameter.distribution))
            comparison.see(self.values, draw.whole(self.parameter).reshape(-1).astype(np.float64))
            _record_comparison(row, comparison)
        else:
            found = examine(self.parameter.distribution, self.values)
            row.tests, row.sample, row.blocks = found.tests, found.sample, found.blocks
            row.why += found.wrong
            if found.sample is not None and not found.wrong:
                row.beyond = lines.impossible(found.sample)
            wide = self.values.astype(np.float64)
            row.measured = {
                "mean": float(wide.mean()),
                "std": float(wide.std()),
                "min": float(wide.min()),
                "max": float(wide.max()),
            }
            if parts is not None:
                follow_whole(row, self.parameter, self.values, parts)


def _mixed(
    tensor: Tensor,
    stored: StoredArray,
    dtype: np.dtype[Any],
    wholes: dict[str, GatheredParameter],
    parts: Parts | None,
) -> list[TensorRow]:
    """Return a row for each parameter of a tensor with random values."""
    ownership = Ownership(tensor)
    rows = [TensorRow(tensor, stored, parameter) for parameter in tensor.parameters]
    share = [min(parameter.size, tensor.size) for parameter in tensor.parameters]
    laws = [law_of(p.distribution) for p in tensor.parameters]
    samples = {i: Sample(law, dtype, share[i]) for i, law in enumerate(laws) if law is not None}
    fixed = {i: Comparison() for i, p in enumerate(tensor.parameters) if isinstance(p.distribution, Constant)}
    padding, follower = Comparison(), Follower(rows[0], tensor, samples, parts)
    for start, values in runs(stored):
        follower.begin(start, values.size)
        for owned in ownership.owned(start, values.size):
            chosen = values[owned.chosen]
            if owned.owner not in samples:
                follower.blank(owned)
            if owned.owner == PADDING:
                padding.see(chosen, 0.0)
            elif owned.owner in samples:
                samples[owned.owner].see(chosen, follower.hand(owned))
            elif owned.owner in fixed:
                fixed[owned.owner].see(chosen, tensor.parameters[owned.owner].mean)
            else:
                parameter = tensor.parameters[owned.owner]
                gathered = wholes.setdefault(
                    parameter.id, GatheredParameter(rows[owned.owner], parameter, dtype)
                )
                gathered.values[owned.elements] = chosen
                gathered.missing -= chosen.size
        follower.end()
    for index, comparison in fixed.items():
        _record_comparison(rows[index], comparison)
    for index, sample in samples.items():
        record(rows[index], sample)
    follower.finish()
    rows[0].why += [f"the row of the padding token: {line}" for line in padding.why()]
    gathered_rows = [gathered.row for gathered in wholes.values()]
    return [row for row in rows if row.measured is not None or row.why or row in gathered_rows]


def record(row: TensorRow, sample: Sample) -> None:
    """Record the results of a sample in its row."""
    row.count = sample.count + sample.nans + sample.infinite
    row.why += lines.not_finite(sample.nans, sample.infinite, row.count)
    mean, std = (sample.mean, sample.std) if sample.count else (math.nan, math.nan)
    row.measured = {"mean": mean, "std": std, "min": sample.low, "max": sample.high}
    if row.why or not sample.count:
        return
    row.sample = sample
    row.beyond = lines.impossible(sample)
    row.tests = tests_of(sample)
