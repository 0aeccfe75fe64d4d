"""After a fork, and in the processes of a pool."""

from __future__ import annotations

import sys

import pytest

from tests.processes.conftest import Program

FORKED = """
import os, threading, time, traceback
from tests.processes.everything import everything
{before}
child = os.fork()
if not child:
    try:
        print(everything(sys.argv[1]), flush=True)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
deadline = time.monotonic() + 300
while not (ended := os.waitpid(child, os.WNOHANG))[0]:
    if time.monotonic() > deadline:
        os.kill(child, 9)
        os.waitpid(child, 0)
        sys.exit("the child hangs")
    time.sleep(0.01)
sys.stdout.flush()
os._exit(os.waitstatus_to_exitcode(ended[1]))
"""
# What is imported during a fork stays locked by Python in the child, so that the calls before it import what they need first.
BUSY = {
    "nothing": "",
    "after all calls": "everything(sys.argv[1] + '0')",
    "a matrix is drawn": (
        "import winitgen\n"
        "everything(sys.argv[1] + '0')\n"
        "large = {'input': 700, 'layers': [{'type': 'dense', 'units': 700, 'init': 'orthogonal'}]}\n"
        "threading.Thread(target=winitgen.generate, args=(large,), daemon=True).start()\n"
        "time.sleep(0.3)"
    ),
    "all is called": (
        "everything(sys.argv[1] + '2')\n"
        "def call(number):\n"
        "    while True: everything(f'{sys.argv[1]}{number}')\n"
        "for number in range(2): threading.Thread(target=call, args=(number,), daemon=True).start()\n"
        "time.sleep(1.5)"
    ),
    "digits are computed": (
        "from winitgen.numeric.digits import digits\n"
        "from winitgen.numeric.unwarned import unwarned\n"
        "with digits(30), unwarned(): pass\n"
        "def hold():\n"
        "    with digits(30), unwarned(): time.sleep(60)\n"
        "threading.Thread(target=hold, daemon=True).start()\n"
        "time.sleep(0.2)"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("busy", BUSY)
def test_a_forked_child_can_do_everything(busy: str, usual: str, program: Program) -> None:
    """Whatever another thread was doing at the fork, no lock of it is waited for."""
    text = "import warnings\nwarnings.simplefilter('ignore')\n" + FORKED.format(before=BUSY[busy])

    assert f"{usual}\n" == program(text)


POOL = """
import multiprocessing
from tests.processes.everything import everything
if __name__ == "__main__":
    context = multiprocessing.get_context("{method}")
    if {called}: everything(sys.argv[1] + "0")
    with context.Pool(2) as pool:
        print(*pool.map(everything, [sys.argv[1] + "1", sys.argv[1] + "2"]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("called", [False, True], ids=["fresh", "called before"])
@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_the_processes_of_a_pool_do_what_one_does(
    method: str, called: bool, usual: str, program: Program
) -> None:
    """However they are started."""
    if method == "fork" and sys.version_info >= (3, 12):
        text = "import warnings\nwarnings.simplefilter('ignore', DeprecationWarning)\n"
    else:
        text = ""

    assert f"{usual} {usual}\n" == program(text + POOL.format(method=method, called=called))


@pytest.mark.slow
def test_an_error_comes_back_from_a_process(program: Program) -> None:
    """With its text, its mistakes and its report."""
    text = """
import pickle, winitgen
from winitgen.errors import DiffersError, Mistake
spec = {"layers": [{"type": "dense"}, {"type": "nothing"}]}
errors = [DiffersError("x\\ny", [Mistake("f", 1, 2, "p", "m")], {"a": 1})]
for call in (lambda: winitgen.plan(spec), lambda: winitgen.plan(spec, dtype="x"), lambda: winitgen.verify("none")):
    try:
        call()
    except winitgen.WinitgenError as error:
        errors.append(error)
for error in errors:
    again = pickle.loads(pickle.dumps(error))
    assert (type(error), str(error), vars(error)) == (type(again), str(again), vars(again)), error
print(len(errors), len(errors[1].mistakes))
"""

    assert "4 2\n" == program(text)


@pytest.mark.slow
def test_a_plan_and_a_spec_can_be_sent_to_a_process(usual: str, program: Program) -> None:
    """A pool gets its arguments as pickles."""
    text = """
import pickle, winitgen
from tests.processes.everything import SPEC
spec = winitgen.load_spec(SPEC)
again = pickle.loads(pickle.dumps((spec, winitgen.plan(spec))))
drawn = [b"".join(array.tobytes() for array in winitgen.generate(one).values()) for one in (spec, *again)]
print(len(set(drawn)))
"""

    assert "1\n" == program(text)
