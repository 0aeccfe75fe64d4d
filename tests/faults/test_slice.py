"""A slice of all faults; ``python -m tests.faults.campaign`` runs the rest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.campaign import PARTS
from tests.faults.surroundings import languages
from tests.faults.workers import failures, kept

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def workers() -> Iterator[None]:
    """The same worker processes for all parts, which know the languages."""
    languages()
    with kept():
        yield


@pytest.mark.parametrize("name", PARTS)
def test_nothing_is_lost(name: str) -> None:
    """After each fault the name holds the old or the new output, and the right message is reported."""
    part = PARTS[name]

    count, wrong = failures(part.work, part.some())

    assert [] == wrong
    assert count >= part.least
