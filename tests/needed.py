"""What a test needs and this machine may lack."""

import os
from typing import NoReturn

import pytest


def missing(what: str, remedy: str) -> NoReturn:
    """Skip the test for want of ``what``, or fail it where CI is true; either way say what brings it."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is needed where CI is true; {remedy}", pytrace=False)
    pytest.skip(f"{what} is missing; {remedy}")
