"""Other programs that act between two calls of a run; a part of the schedule is in the fast set."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.interleavings import Case, cases, run


@pytest.mark.parametrize("case", [*cases(40, 0)], ids=str)
def test_a_few(case: Case, tmp_path: Path) -> None:
    """The result is that of the file as it was opened, or an honest error."""
    assert run(case, tmp_path) == ""


@pytest.mark.slow
@pytest.mark.parametrize("case", [*cases(1200, 1)][::5], ids=str)
def test_many(case: Case, tmp_path: Path) -> None:
    """So it is at many more calls; one in five of those that were tried."""
    assert run(case, tmp_path) == ""
