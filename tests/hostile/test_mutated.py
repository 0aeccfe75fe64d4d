"""Specs broken at random: a plan, or one line for each mistake; nothing else, and at once."""

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
"""Seconds of the processor for one text."""


def check(content: bytes) -> bool:
    """Return whether a broken spec is refused; raise `AssertionError` where it is neither that nor planned."""
    start = time.process_time()
    mistakes = plan_or_refuse(content)
    assert time.process_time() - start < PATIENCE
    return bool(mistakes)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(broken())
def test_mutated_specs(contents: list[bytes]) -> None:
    """Whatever was done to a valid spec, it is planned or refused."""
    for content in contents:
        check(content)
