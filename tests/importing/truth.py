"""What the values of a tensor truly follow, known without the fitter, and how a fitted law is judged by it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.statistics.exact import FIXED
from winitgen.audit.statistics.laws import law_of
from winitgen.layouts import tensors
from winitgen.numeric.arrays import Array
from winitgen.planning.plan import Parameter, Plan

KURTOSIS = {"uniform": 1.8, "truncated_normal 2": 2.3682, "truncated_normal 3": 2.8369, "normal": 3.0}
"""The fourth moment of standardised values of each kind, in closed form."""

UNSAID = ("kernellengths", "singularvector")
"""Laws of parts of a kernel, which no scheme of a single tensor has: mean and std are compared."""

MOST_OFF = 0.02


class Truth(NamedTuple):
    """The law of a tensor: its kind, mean and standard deviation, and ``error``, that of the std, as a share."""

    kind: str
    mean: float
    std: float
    error: float = 0.0


def of_plan(plan: Plan) -> dict[str, Truth]:
    """Return the law of each tensor of a plan; a tensor of several laws is ``mixed``."""
    found = {}
    for tensor in tensors(plan):
        laws = {_of_parameter(parameter) for parameter in tensor.parameters}
        found[tensor.name] = laws.pop() if len(laws) == 1 else Truth("mixed", 0.0, 0.0)
    return found


def _of_parameter(parameter: Parameter) -> Truth:
    drawn = parameter.distribution
    if isinstance(drawn, FIXED):
        return Truth("fixed" if parameter.std else "constant", parameter.mean, parameter.std)
    law = law_of(drawn)
    if law is None:
        kinds = {type(part).__name__.lower() for part in getattr(drawn, "parts", (drawn,))}
        return Truth(kinds.pop() if len(kinds) == 1 else "mixed", parameter.mean, parameter.std)
    far = law.kind == "truncated_normal" and law.high > 7
    cut = f" {law.high:g}" if law.kind == "truncated_normal" and not far else ""
    return Truth(f"{'normal' if far else law.kind}{cut}", law.mean, law.std)


def measured(draws: Sequence[Mapping[str, Array]]) -> dict[str, Truth]:
    """Return the law of each tensor by several draws of the same model: its moments, over all of them together."""
    return {name: _measured([draw[name] for draw in draws]) for name in draws[0]}


def _measured(values: Sequence[Array]) -> Truth:
    one = np.asarray(values[0], np.float64)
    if all(np.array_equal(one, other) for other in values[1:]):
        return Truth("constant" if np.ptp(one) == 0 else "fixed", float(one.mean()), float(one.std()))
    every = np.stack([np.asarray(value, np.float64) for value in values])
    if one.ndim == 2 and _is_orthogonal(one):
        return Truth("orthogonal", 0.0, float(every.std()))
    if one.ndim == 2 and not one.any(axis=1).all():
        every = every[:, one.any(axis=1)]
    every = every.reshape(-1)
    mean, std = float(every.mean()), float(every.std())
    error = 1 / math.sqrt(2 * every.size)
    if abs(mean) < 5 * std / math.sqrt(every.size):
        mean = 0.0
    fourth = float(np.square(np.square((every - every.mean()) / std)).mean())  # faster than ** 4
    reach = float(np.abs(every - mean).max()) / std
    kind = min(KURTOSIS, key=lambda kind: abs(KURTOSIS[kind] - fourth))
    if kind == "truncated_normal 3" and reach > 3.2:
        kind = "normal"
    return Truth(kind if every.size > 2000 else f"{kind}?", mean, std, error)


def _is_orthogonal(matrix: Array) -> bool:
    short = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    if len(short) < 2:
        return False
    product = short @ short.T
    return bool(np.allclose(product, np.eye(len(short)) * product[0, 0], atol=0.01 * product[0, 0]))


def judged(truth: Truth, fitted: Truth | None, why: str, size: int, *, strict: bool = True) -> str:
    """Return what is wrong with a fitted law, or an empty text; ``why`` says why there is none.

    The std may be 2 % off. That of a small tensor, and of any unless ``strict``, may also be 4 of its standard errors off.
    """
    random = truth.kind not in ("constant", "fixed", "mixed")
    if fitted is None:
        return "structure" if random and "independent" in why else "refused"
    if not random:
        same = abs(truth.mean - fitted.mean) <= 1e-3 * max(abs(truth.mean), 1e-3)
        return "" if same and fitted.kind == truth.kind else "values"
    if fitted.kind in ("constant", "fixed") or (fitted.kind == "orthogonal") != (truth.kind == "orthogonal"):
        return "structure"
    if not truth.kind.endswith("?") and truth.kind not in UNSAID and truth.kind != fitted.kind:
        return "kind"
    off = abs(fitted.std / truth.std - 1)
    room = MOST_OFF if strict and size > 1000 else max(MOST_OFF, 4 / math.sqrt(2 * size))
    return "std" if off > room + 3 * truth.error or _is_beside(truth, fitted, size) else ""


def _is_beside(truth: Truth, fitted: Truth, size: int) -> bool:
    """Return whether the mean is off, by more than a mean that was seen may be."""
    return abs(truth.mean - fitted.mean) > 5.5 * truth.std * (
        1 / math.sqrt(size) + truth.error * math.sqrt(2)
    )


def of_import(spec: Any) -> dict[str, Truth]:
    """Return the laws of an imported layer-spec."""
    from winitgen.load import plan

    return of_plan(plan(spec))
