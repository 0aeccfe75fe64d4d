"""A weight file against a plan, by what can be said without drawing: names, shapes, formats, statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from winitgen.audit.statistics import bounds
from winitgen.audit.statistics.row import TensorRow
from winitgen.audit.statistics.tensor_rows import Gathered, compare
from winitgen.files.input.open_file import OpenFile, StoredArray
from winitgen.layouts import LAYOUTS, tensors
from winitgen.layouts.tensor import Tensor
from winitgen.planning.plan import Plan

LEVEL = 1 / 2000
"""The chance of a false alarm about a file as a whole, at most."""


def check(weights: OpenFile, planned: Plan) -> dict[str, Any]:
    """Return the report of a file that anything may have written, held against a plan.

    The values need not be winitgen's: each tensor is tested for the distribution that the plan has for
    it. ``verdict`` is ``agrees`` or ``differs``; a file of such draws differs with a probability of at
    most `LEVEL`. Raises `UnreadableError` where the file cannot be read.
    """
    wanted = tensors(planned)
    pairs, extra = _paired(weights.tensors, wanted)
    wholes: dict[str, Gathered] = {}
    rows = [row for tensor, stored in pairs if stored is not None for row in compare(tensor, stored, wholes)]
    for gathered in wholes.values():
        gathered.finish()
    count = _judge(rows)
    missing = [tensor.name for tensor, stored in pairs if stored is None]
    differs = bool(missing or extra) or any(row.why for row in rows)
    return {
        "file": weights.path,
        "format": weights.format,
        "model": planned.model,
        "layout": planned.layout,
        "verdict": "differs" if differs else "agrees",
        "level": LEVEL,
        "tests": count,
        "missing": missing,
        "extra": extra,
        "hints": _layouts_that_fit(weights.tensors, planned) if missing else [],
        "tensors": [row.as_dict() for row in rows],
    }


def _paired(
    found: Sequence[StoredArray], wanted: Sequence[Tensor]
) -> tuple[list[tuple[Tensor, StoredArray | None]], list[str]]:
    """Return each planned tensor with the array of its name, and the names that nothing is planned for.

    A Keras file calls its arrays by their places; a lone array without a name is the only tensor.
    """
    by_name = {stored.name: stored for stored in found}
    names = {tensor.name for tensor in wanted}
    pairs = []
    for tensor in wanted:
        stored = by_name.get(tensor.name)
        if stored is None and tensor.place not in names:
            stored = by_name.get(tensor.place)
        if stored is None and len(wanted) == len(found) == 1 and not found[0].name:
            stored = found[0]
        pairs.append((tensor, stored))
    used = {id(stored) for _, stored in pairs}
    return pairs, [stored.name for stored in found if id(stored) not in used]


def _judge(rows: Sequence[TensorRow]) -> int:
    """Tell each row which of its tests reject, all tests of the file taken together; return their number."""
    tests = [(row, test) for row in rows for test in row.tests]
    rejecting = bounds.surviving([test.p for _, test in tests], LEVEL)
    for row in rows:
        row.judge([test for (own, test), bad in zip(tests, rejecting, strict=True) if bad and own is row])
    return len(tests)


def _layouts_that_fit(found: Sequence[StoredArray], planned: Plan) -> list[str]:
    """Return which other layout has all the names of the file, where one does."""
    names = {stored.name for stored in found}
    fitting = [
        name
        for name, layout in LAYOUTS.items()
        if name != planned.layout
        and not layout.refused(planned)
        and names == {tensor.name for tensor in layout.tensors(planned)}
    ]
    return [f"the file has the names of the layout {name}" for name in fitting[:1]]
