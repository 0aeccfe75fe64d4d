"""A short spec, however much work it asks for, is planned or refused, within half a gigabyte.

How many seconds it takes is measured by hand, by ``python -m tests.hostile.bounded``: other work on a machine counts in them.
Here only what takes half a minute of processor time is ended.
"""

from __future__ import annotations

import pytest

from tests.hostile.bounded import PLAN, measure
from tests.hostile.bounded_cases import KINDS, cases
from tests.hostile.bounded_specs import heavy

pytestmark = pytest.mark.slow

RANDOM = 30
EACH = 4


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_worst_that_are_known(kind: str) -> None:
    """No spec that was made to be slow or large runs away; one of so many of each kind is tried."""
    found = measure([*KINDS[kind]()][::EACH], PLAN)

    assert [] == [str(one) for one in found if not one.ended]
    assert len(cases()) >= 85


def test_random_specs() -> None:
    """Nor is one of many that are near the limits of every layer and scheme."""
    found = measure(heavy(RANDOM), PLAN)

    assert [] == [str(one) for one in found if not one.ended]
    assert len([one for one in found if one.run.code == 0]) >= 5
