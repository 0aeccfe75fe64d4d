"""A short spec, however much work it asks for, is planned or refused within seconds and half a gigabyte."""

from __future__ import annotations

import pytest

from tests.hostile.bounded import PLAN, measure
from tests.hostile.bounded_cases import KINDS, cases
from tests.hostile.bounded_specs import heavy

pytestmark = pytest.mark.slow

RANDOM = 200


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_worst_that_are_known(kind: str) -> None:
    """No spec that was made to be slow or large is."""
    found = measure(KINDS[kind](), PLAN)

    assert [] == [str(one) for one in found if not one.bounded]
    assert len(cases()) >= 85


def test_random_specs() -> None:
    """Nor is one of many that are near the limits of every layer and scheme."""
    found = measure(heavy(RANDOM), PLAN)

    assert [] == [str(one) for one in found if not one.bounded]
    assert len([one for one in found if one.run.code == 0]) >= 20
