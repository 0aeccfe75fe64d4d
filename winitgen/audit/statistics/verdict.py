"""Checks a weight file against a plan without drawing: names, shapes, formats, statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from winitgen.audit.matching import Matching, match_tensors
from winitgen.audit.name_rules import NameRules
from winitgen.audit.ruled_matching import match_ruled, ruled_report
from winitgen.audit.statistics import bounds
from winitgen.audit.statistics.explaining import explain, laws_of
from winitgen.audit.statistics.relations.parts import Parts
from winitgen.audit.statistics.relations.relating import relate
from winitgen.audit.statistics.relations.tied import compare_ties
from winitgen.audit.statistics.row import TensorRow
from winitgen.audit.statistics.tensor_rows import GatheredParameter, compare
from winitgen.audit.true_arrays import true_array
from winitgen.audit.verify.by_recipe import another_dtype, another_framework
from winitgen.files.input.open_file import OpenFile
from winitgen.files.input.other_reading import misread
from winitgen.layouts import LAYOUTS, tensors
from winitgen.planning.plan import Plan

if TYPE_CHECKING:
    from winitgen.audit.blocks import Progress

LEVEL = 1 / 2000
"""A bound on the chance of a false alarm about a whole file."""

SHARE = 0.1
"""The share of it for the correlations of tensors with each other, of which there are many, and for measured laws."""


def check(
    weights: OpenFile,
    planned: Plan,
    progress: Progress | None = None,
    rules: NameRules | None = None,
    *,
    ideal: bool = False,
) -> dict[str, Any]:
    """Check a file from any program against a plan; return the report.

    The values need not be winitgen's: each tensor is tested for its planned
    distribution. What differs from it is tested for what libraries are known to draw instead, unless the law has to be ``ideal``. ``verdict`` is ``agrees`` or ``differs``; a file drawn as planned differs with a probability of at
    most `LEVEL`. A number that is not finite, as the mean of values of which none is, is None. ``progress`` is called
    after each tensor with the number of bytes read and the total. Raises `UnreadableError` if the file cannot be read.
    """
    rules = rules or NameRules()
    found, ignored, hint = match_ruled(weights, tensors(planned), rules)
    with np.errstate(all="ignore"):  # a file may have any values, and sums of them may be beyond float64
        parts = Parts()
        rows = _rows(found, weights.format, parts, progress)
        count = relate(parts, LEVEL * SHARE) + _judge(rows, ideal=ideal)
    loaders = [*another_framework(weights, planned), *another_dtype(weights, planned)]
    others = [*misread([*weights.others, *weights.late(True)]), *loaders]
    differs = bool(found.missing or found.extra or others) or any(row.why for row in rows)
    return {
        "file": weights.path,
        "format": weights.format,
        "model": planned.model,
        "layout": planned.layout,
        "verdict": "differs" if differs else "agrees",
        "level": LEVEL,
        "tests": count,
        "laws": laws_of(rows),
        "missing": [tensor.name for tensor in found.missing],
        "extra": [stored.name for stored in found.extra],
        "hints": [
            *others,
            *(_layouts_that_fit(weights, planned) if found.missing else []),
            *([hint] if hint else []),
        ],
        **ruled_report(rules, ignored),
        "tensors": [row.as_dict() for row in rows],
    }


def _rows(found: Matching, container: str, parts: Parts, progress: Progress | None) -> list[TensorRow]:
    """Return the rows of all pairs of a tensor and an array of a file in this format, and leave their ``parts``."""
    wholes: dict[str, GatheredParameter] = {}
    rows: list[TensorRow] = []
    done, total = 0, sum(pair.stored.nbytes for pair in found.pairs)
    for pair in found.pairs:
        rows += compare(pair.tensor, true_array(pair, container), wholes, parts)
        done += pair.stored.nbytes
        if progress:
            progress(done, total)
    for gathered in wholes.values():
        gathered.finish(parts)
    compare_ties(found.pairs, container, rows)
    return rows


def _judge(rows: Sequence[TensorRow], *, ideal: bool) -> int:
    """Judge each row by its tests that reject, corrected for all tests of the file; return the number of tests.

    The chance that a file is refused though its tensors follow their plan, or measured laws, is at most the sum of
    the two levels: a measured law can only excuse, and only the tests of a tensor's own law can refuse it.
    """
    bad = iter(bounds.rejections([test.p for row in rows for test in row.tests], LEVEL * (1 - 2 * SHARE)))
    rejected = [[test for test in row.tests if next(bad)] for row in rows]
    explain(rows, rejected, LEVEL * SHARE)
    for row, tests in zip(rows, rejected, strict=True):
        row.judge(tests, ideal=ideal)
    return sum(len(row.tests) for row in rows)


def _layouts_that_fit(weights: OpenFile, planned: Plan) -> list[str]:
    """Return a line about another layout that has all names of the file, if there is one."""
    fitting = [
        name
        for name, layout in LAYOUTS.items()
        if name != planned.layout
        and not layout.refused(planned)
        and _fits(match_tensors(weights, layout.tensors(planned)))
    ]
    return [f"the file has the names of the layout {name}" for name in fitting[:1]]


def _fits(found: Matching) -> bool:
    """Return whether every tensor has its array and every array its tensor."""
    return not found.missing and not found.extra
