"""The certificate: every case and its questions, and one verdict over all of them.

The threshold was set before the first run, and follows from one number. A sound winitgen with fresh seeds
may raise an alarm in one certificate of a thousand: the family-wise error rate is 0.001 over all tests
together. Holm (1979) keeps it for any dependence between the tests: of m tests the one with the
smallest p-value alarms where p <= 0.001 / m, the next where p <= 0.001 / (m - 1), and so on. With the
`TESTS` of the certificate that is about 1.6e-7 or 5.2 standard errors for the first. Seeds are 0 and never
picked again: an alarm is a finding, to be explained.

The first run of 10^8 draws raised four alarms, and the expectations learned from them; the threshold did
not move. In bfloat16 two normals were 0 in 2 and 3 of 10^8 draws (3 are expected of float32, which has 129 of
2^32 words at 0). In float16 they had 4e-4 too many even numbers: 81,825 of he_normal's float32 draws lay
halfway between two. Without those, and drawn in float64, as many were even as odd (z = 0.2 and -0.1).

What the expectations leave out is small against what is looked for. The lines through which normals are
drawn differ from the normal distribution by at most 4.2e-8, and float32 has about 2^-25 of the probability
on each of its ranks. In 4096 groups and 10^8 draws such differences d add at most 10^8 * 4096^2 * 4 d^2 = 12
to a chi-square with a standard deviation of 90, or 0.1 of it, and 4e-4 to the 1.4 that Kolmogorov and
Smirnov's statistic is at most in nineteen cases of twenty.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.certificate import answers, positions, tensors
from tests.certificate.cases import CASES, chunks
from tests.certificate.cells import cells, numpy_type
from tests.certificate.questions import Test, ask
from tests.certificate.tally import CHUNK, Tally

FALSE_ALARMS = 0.001
"""The family-wise error rate: the share of certificates of a correct winitgen that raise an alarm."""

TESTS = 6227
"""The number of tests of the whole certificate, which does not depend on the number of draws."""

FULL = 382 * CHUNK
"""10^8 draws of each case, in whole chunks: 100,139,008."""

SLICE = 2 * CHUNK
"""The first half million of the same draws, for every push."""

PLANTED = 8 * CHUNK
"""Draws in which a planted mistake must be found."""


class Part(NamedTuple):
    """The result of one case."""

    name: str
    draws: int
    seconds: float
    tests: list[Test]


def case_names() -> list[str]:
    """Return every case with each of its number formats."""
    return [f"{name} {dtype}" for name, case in CASES.items() for dtype in case.dtypes]


def run_case(name: str, count: int, seed: int) -> list[Test]:
    """Draw ``count`` values of a case, by its name and number format, and run all tests."""
    title, dtype = name.split()
    case = CASES[title]
    tally = Tally(cells(case.law, dtype), count, numpy_type(dtype).itemsize)
    for chunk in chunks(case.source(f"{title}_{dtype}", dtype, seed), count):
        tally.add(chunk)
    return ask(name, tally)


OTHERS: dict[str, Callable[[int, int], list[Test]]] = {
    tensors.NAME: tensors.compare,
    positions.NAME: positions.judge,
    answers.NAME: lambda count, seed: answers.answers(),
}
"""The parts that are not the draws of one case: from a count of draws and a seed to tests."""


def run(count: int, seed: int = 0, only: str = "") -> Iterator[Part]:
    """Yield the results of the parts whose names contain ``only``, in order of completion."""
    for name in (*case_names(), *OTHERS):
        if only in name:
            began = time.monotonic()
            tests = run_part(name, count, seed)
            yield Part(name, count, time.monotonic() - began, tests)


def run_part(name: str, count: int, seed: int) -> list[Test]:
    """Run one part by name, the draws of a case or another."""
    return OTHERS[name](count, seed) if name in OTHERS else run_case(name, count, seed)


def alarms(tests: list[Test], among: int = TESTS) -> list[Test]:
    """Return the tests that Holm's procedure rejects, most unlikely first.

    ``among`` is the number of tests of the whole certificate, of which these may be a part.
    """
    found = []
    for rank, test in enumerate(sorted(tests, key=lambda test: test.pvalue)):
        if test.pvalue > FALSE_ALARMS / (among - rank):
            break
        found.append(test)
    return found
