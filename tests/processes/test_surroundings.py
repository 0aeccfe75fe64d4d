"""The library in processes that other programs have arranged for themselves: the same results, nothing rearranged."""

from __future__ import annotations

import pytest

from tests.processes.conftest import Program
from tests.processes.surroundings import PROCESSES

CALLS = "from tests.processes.everything import everything\nprint(everything(sys.argv[1]))\n"


@pytest.mark.slow
@pytest.mark.parametrize("name", PROCESSES)
def test_all_calls_give_the_same_wherever_they_are(name: str, usual: str, program: Program) -> None:
    """What the program has arranged is still so afterwards."""
    process = PROCESSES[name]

    assert f"{usual}\n" == program(f"{process.before}\n{CALLS}{process.after}\n", *process.options)
