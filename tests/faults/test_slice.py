"""A slice of all faults; ``python -m tests.faults.campaign`` runs the rest."""

from __future__ import annotations

import pytest

from tests.faults.campaign import PARTS
from tests.faults.workers import failures

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", PARTS)
def test_nothing_is_lost(name: str) -> None:
    """After each fault the name holds the old or the new output, and the right message is reported."""
    part = PARTS[name]

    count, wrong = failures(part.work, part.some())

    assert [] == wrong
    assert count >= part.least
