"""Specs broken at random give a plan, or one line for each mistake, quickly."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings

from tests.hostile.mutations import broken
from tests.hostile.target import plan_or_refuse

pytestmark = pytest.mark.slow

EXAMPLES = 150
"""Valid specs, each of which is broken several times."""

PATIENCE = 5.0
"""Seconds of processor time for one text."""


def check(content: bytes) -> bool:
    """Tell whether a broken spec is refused; raise `AssertionError` if it is neither refused nor planned."""
    start = time.process_time()
    mistakes = plan_or_refuse(content)
    assert time.process_time() - start < PATIENCE
    return bool(mistakes)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(broken())
def test_mutated_specs(contents: list[bytes]) -> None:
    """A valid spec with any mutations is planned or refused."""
    for content in contents:
        check(content)
