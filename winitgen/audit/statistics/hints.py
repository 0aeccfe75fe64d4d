"""Hints about what a differing tensor is instead, given only if its values fit exactly one other law."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from winitgen.audit.statistics import bounds
from winitgen.audit.statistics.laws import Law, law_of
from winitgen.audit.statistics.sample import Sample
from winitgen.audit.statistics.tests import distance_to
from winitgen.catalog.schemes.scheme import written

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.planning.plan import Parameter

_LIKELY = 0.01
_ERRORS = 3.5
_ENOUGH = 8

KINDS = ("normal", "uniform", "truncated_normal")


class Candidate(NamedTuple):
    """A law that a tensor may have instead, and its description."""

    kind: str
    std: float
    text: str


def hints_for(parameter: Parameter, sample: Sample | None, kept: Array | None) -> list[str]:
    """Return at most one line about what the values of a parameter are instead of the plan."""
    if sample is None and kept is not None:
        # A constant was planned; a law with about the spread of the values sets the thresholds.
        spread = float(kept.astype(float).std())
        sample = (
            Sample(Law("normal", 0.0, spread), kept.dtype, kept.size) if 0.0 < spread < math.inf else None
        )
        if sample is not None:
            sample.see(kept)
    if sample is None or sample.remainders is not None or sample.count < _ENOUGH or sample.low == sample.high:
        return []
    fitting: dict[tuple[str, float], str] = {}
    for candidate in _candidates(parameter):
        key = candidate.kind, float(f"{candidate.std:.9g}")
        if _is_planned(candidate, parameter):
            continue
        if key not in fitting and _fits(candidate, sample):
            fitting[key] = candidate.text
    return [f"this is {next(iter(fitting.values()))}"] if len(fitting) == 1 else []


def _is_planned(candidate: Candidate, parameter: Parameter) -> bool:
    law = law_of(parameter.distribution)
    return (
        law is not None and law.kind == candidate.kind and math.isclose(law.std, candidate.std, rel_tol=1e-9)
    )


def _fits(candidate: Candidate, sample: Sample) -> bool:
    law = _law(candidate.kind, candidate.std)
    values, weights = law.nodes()
    kurtosis = float((weights * values**4).sum())
    error = math.sqrt((kurtosis - 1.0) / sample.count) / 2
    if abs(sample.std / law.std - 1.0) > _ERRORS * error + 1e-6:
        return False
    low, high = law.bounds
    room = abs(high) * 2.0**-7 if sample.dtype.itemsize < 4 else abs(high) * 2.0**-18
    if sample.low < low - room or sample.high > high + room:
        return False
    return bounds.kolmogorov(distance_to(sample, law), sample.count) > _LIKELY


def _law(kind: str, std: float) -> Law:
    """Return the law of this kind around 0; a truncated normal is cut at two standard deviations of the normal."""
    if kind == "uniform":
        return Law("uniform", 0.0, math.sqrt(3.0) * std, -1.0, 1.0)
    if kind == "normal":
        return Law("normal", 0.0, std)
    return Law("truncated_normal", 0.0, std / Law("truncated_normal", 0.0, 1.0, -2.0, 2.0).std, -2.0, 2.0)


def _candidates(parameter: Parameter) -> Iterator[Candidate]:
    """Yield likely alternatives to the planned law, the closest first."""
    law = law_of(parameter.distribution)
    fan_in, fan_out = parameter.fan_in, parameter.fan_out
    if law is not None and law.kind in KINDS and law.mean == 0.0:
        yield from _near(law, parameter)
    if fan_in:
        yield Candidate(
            "uniform", 1.0 / math.sqrt(3.0 * fan_in), "uniform within 1/sqrt(fan_in), PyTorch's default"
        )
    if fan_in and fan_out:
        for name, variance in _families(fan_in, fan_out):
            for kind in KINDS:
                yield Candidate(kind, math.sqrt(variance), f"{name}'s std, drawn from the {_named(kind)}")
    if law is not None and law.kind in KINDS and law.mean == 0.0:
        yield Candidate(law.kind, law.std * math.sqrt(2.0), "sqrt(2) times the planned std")
        yield Candidate(law.kind, law.std / math.sqrt(2.0), "the planned std over sqrt(2)")
    yield Candidate("normal", 1.0, "the standard normal distribution")
    if parameter.role == "embeddings":
        yield Candidate(
            "uniform", 0.05 / math.sqrt(3.0), "uniform within 0.05, Keras's default for embeddings"
        )


def _near(law: Law, parameter: Parameter) -> Iterator[Candidate]:
    """Yield common mistakes with the planned law."""
    fan_in, fan_out = parameter.fan_in, parameter.fan_out
    if fan_in and fan_out and fan_in != fan_out:
        for fan, other, text in (
            (fan_in, fan_out, "the std of fan_out instead of fan_in"),
            (fan_out, fan_in, "the std of fan_in instead of fan_out"),
        ):
            if f"/{written(fan)})" in parameter.formula:
                yield Candidate(law.kind, law.std * math.sqrt(fan / other), text)
    for kind in KINDS:
        if kind != law.kind:
            yield Candidate(kind, law.std, f"the {_named(kind)} of the same std")
    if law.kind == "truncated_normal":
        cut = Law(law.kind, 0.0, 1.0, law.low, law.high).std
        yield Candidate(law.kind, law.std * cut, "a truncated normal whose std was not corrected for the cut")
        yield Candidate(law.kind, law.std / cut, "a truncated normal whose std was corrected for the cut")
    yield Candidate(law.kind, law.std**2, "the planned variance used as the std")


def _families(fan_in: float, fan_out: float) -> list[tuple[str, float]]:
    return [
        ("xavier", 2.0 / (fan_in + fan_out)),
        ("he", 2.0 / fan_in),
        ("lecun", 1.0 / fan_in),
        ("he's fan_out", 2.0 / fan_out),
    ]


def _named(kind: str) -> str:
    return f"{kind.replace('_', ' ')} distribution"
