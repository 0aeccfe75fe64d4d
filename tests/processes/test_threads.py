"""Many threads, a loop of events, a thread that the end of the program cuts off."""

from __future__ import annotations

import pytest

from tests.processes.conftest import Program

IMPORT = "from tests.processes.everything import everything\n"
MANY = """
from concurrent.futures import ThreadPoolExecutor
sys.setswitchinterval(1e-4)
with ThreadPoolExecutor(12) as pool:
    print(len(set(pool.map(everything, [f"{sys.argv[1]}{number}" for number in range(12)]))))
print(everything(sys.argv[1]))
"""
LOOP = """
import asyncio
async def main():
    print(everything(sys.argv[1]))
    folders = [f"{sys.argv[1]}{number}" for number in range(3)]
    print(*set(await asyncio.gather(*(asyncio.to_thread(everything, folder) for folder in folders))))
asyncio.run(main(), debug=True)
"""
CUT_OFF = """
import threading, time
threading.excepthook = lambda about: None
begun = threading.Event()
def call():
    while True:
        everything(sys.argv[1])
        begun.set()
threading.Thread(target=call, daemon=True).start()
begun.wait()
time.sleep({seconds})
"""
OF_H5PY = "Failed to find converter for "
"""What h5py prints where it is cut off while it converts a type."""


@pytest.mark.slow
def test_twelve_threads_do_what_one_does(usual: str, program: Program) -> None:
    """Everything at once."""
    assert f"1\n{usual}\n" == program(IMPORT + MANY)


@pytest.mark.slow
def test_a_loop_of_events_does_what_a_program_does(usual: str, program: Program) -> None:
    """In the loop itself, and in its threads."""
    text = "import logging\nlogging.disable()\n"  # debug=True reports every call that takes 0.1 s

    assert f"{usual}\n{usual}\n" == program(text + IMPORT + LOOP)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.1, 0.2, 0.35, 0.5])
def test_the_end_of_the_program_cuts_a_daemon_thread_off(seconds: float, program: Program) -> None:
    """The interpreter ends, and winitgen says nothing; what the thread itself fails with is not looked at.

    Python before 3.14 unwinds the stack of such a thread, which the C library ends the process for where the thread
    is in C++ code that catches everything.
    """
    text = CUT_OFF.format(seconds=seconds)

    said = program(IMPORT + text, cut=True)

    assert [] == [line for line in said.splitlines() if not line.startswith(OF_H5PY)]


@pytest.mark.slow
def test_a_thread_may_outlive_the_main_one(usual: str, program: Program) -> None:
    """When the main thread has ended, the pools of Python's library take no more work; the thread does it itself."""
    text = (
        "import threading, time\n"
        "def call():\n"
        "    threading.main_thread().join()\n"
        "    time.sleep(0.2)\n"
        "    print(everything(sys.argv[1]))\n"
        "threading.Thread(target=call).start()\n"
    )

    assert f"{usual}\n" == program(IMPORT + text)
