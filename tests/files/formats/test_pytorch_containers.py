"""Containers of a pickle that stand in several others: each is stored once, and named wherever it stands."""

from __future__ import annotations

import pytest

from winitgen.files.formats.pytorch.state import state_of
from winitgen.files.formats.pytorch.unpickling import TooLargeError


def test_few_values_with_very_many_names() -> None:
    """A list of 499 entries, each the same list of 499: a few kilobytes would be a quarter of a million names."""
    inner = [()] * 499
    with pytest.raises(TooLargeError) as error:
        state_of([inner] * 499)

    assert (
        "its dictionaries and lists stand in one another more often than winitgen reads: of 998 values in them it makes "
        "20,459 and more"
    ) == str(error.value)


def test_a_list_that_stands_a_few_times() -> None:
    """As in a state dict that is saved under ten names."""
    inner = [None, object()] * 3_000

    assert state_of([inner] * 10).others == 60_000
