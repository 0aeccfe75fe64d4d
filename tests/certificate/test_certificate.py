"""The certificate's first two chunks of every case on every push, and every planted mistake found."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import winitgen.drawing.draw
from tests.certificate.cases import CASES
from tests.certificate.job import FALSE_ALARMS, PLANTED, SLICE, TESTS, alarms, run, run_part
from tests.certificate.mutants import MUTANTS
from tests.certificate.pvalues import sum_of_squares
from tests.certificate.questions import Test
from winitgen.numeric.dtypes import FLOAT_DTYPES

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def no_sampler_is_kept() -> Iterator[None]:
    """Forget the samplers made before a mutant was planted, and those made of it."""
    winitgen.drawing.draw._sampler.cache_clear()
    yield
    winitgen.drawing.draw._sampler.cache_clear()


def test_every_number_format_is_drawn() -> None:
    """A new number format must be certified too; int64 holds counters, which are not drawn."""
    formats = {dtype for case in CASES.values() for dtype in case.dtypes}
    assert formats == set(FLOAT_DTYPES)


def test_no_alarm() -> None:
    """Winitgen draws the planned distributions; the threshold follows from the number of tests."""
    tests = [test for part in run(SLICE) for test in part.tests]
    assert alarms(tests) == []
    assert len(tests) == TESTS


@pytest.mark.parametrize("name", MUTANTS)
def test_mutant_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted mistake raises an alarm at the threshold that the correct product passes."""
    mutant = MUTANTS[name]
    mutant.plant(monkeypatch)
    assert alarms(run_part(mutant.part, PLANTED, 0))


def test_holm_by_hand() -> None:
    """Of three tests among four at 0.001: 0.0002 < 0.001/4, 0.0003 < 0.001/3, 0.0006 > 0.001/2."""
    tests = [Test("case", f"{p}", 0.0, p) for p in (0.0006, 0.0002, 0.0003)]
    assert FALSE_ALARMS == 0.001
    assert ["0.0002", "0.0003"] == [test.question for test in alarms(tests, among=4)]


@pytest.mark.parametrize(("statistic", "pvalue"), [(1.933, 0.10), (2.492, 0.05), (3.857, 0.01)])
def test_anderson_darling_by_its_table(statistic: float, pvalue: float) -> None:
    """The limit's weights are 1 / (j (j + 1)); its upper points are those of Stephens (1974), table 1A, case 0."""
    j = np.arange(1.0, 2000.0)
    assert sum_of_squares(statistic, 1 / (j * (j + 1))) == pytest.approx(pvalue, rel=0.08)
