"""The planned moments of a law: by closed forms, whatever laws were tested before in the same process."""

import math

import numpy as np
import pytest

from winitgen.audit.statistics.laws import Law
from winitgen.audit.statistics.sample import Sample
from winitgen.audit.statistics.tests import tests_of as moments_and_more


def cut_std(cut: float) -> float:
    """Return the standard deviation of a standard normal cut on both sides."""
    density = math.exp(-cut * cut / 2) / math.sqrt(2 * math.pi)
    return math.sqrt(1 - 2 * cut * density / math.erf(cut / math.sqrt(2)))


@pytest.mark.parametrize("scale", [0.25, 3.0])
def test_planned_moments(scale: float) -> None:
    """Laws of one kind with other cuts or scales have their own."""
    laws = {
        Law("uniform", 1.0, scale, -1.0, 1.0): (scale / math.sqrt(3), 1.8),
        Law("normal", 1.0, scale): (scale, 3.0),
        Law("truncated_normal", 1.0, scale, -0.5, 0.5): (scale * cut_std(0.5), None),
        Law("truncated_normal", 1.0, scale, -2.0, 2.0): (scale * cut_std(2.0), None),
    }
    for law, (std, kurtosis) in laws.items():
        sample = Sample(law, np.dtype(np.float32), 120)
        sample.see(np.linspace(1 - scale / 2, 1 + scale / 2, 120, dtype=np.float32))
        planned = {test.name: test.planned for test in moments_and_more(sample)}
        assert planned["std"] == pytest.approx(std, rel=1e-6)
        assert kurtosis is None or planned["kurtosis"] == pytest.approx(kurtosis, rel=1e-5)
