"""What a program may have done to its own process before it calls the library."""

from __future__ import annotations

from typing import NamedTuple


class Process(NamedTuple):
    """A process: what its program does first, Python's options, and more lines after all calls."""

    before: str = ""
    options: tuple[str, ...] = ()
    after: str = ""


_REAPER = """
import os, threading, time
def reap():
    while True:
        try:
            os.waitpid(-1, {flags})
        except ChildProcessError:
            pass
        time.sleep(0.0005)
threading.Thread(target=reap, daemon=True).start()
"""
_LIMITED = """
import sys
sys.setrecursionlimit(220)
"""

PROCESSES: dict[str, Process] = {
    "children are ignored": Process("import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)"),
    "a thread reaps children": Process(_REAPER.format(flags="os.WNOHANG")),
    "a thread waits for children": Process(_REAPER.format(flags="0")),
    "a handler reaps children": Process(
        "import os, signal\n"
        "def reap(*_):\n"
        "    try:\n"
        "        while os.waitpid(-1, os.WNOHANG)[0]: pass\n"
        "    except ChildProcessError: pass\n"
        "signal.signal(signal.SIGCHLD, reap)"
    ),
    "a trace function": Process("import sys; sys.settrace(lambda *_: None)"),
    "a profile function": Process("import sys; sys.setprofile(lambda *_: None)"),
    "faulthandler": Process(
        "import faulthandler; faulthandler.enable()", after="assert faulthandler.is_enabled()"
    ),
    "warnings are errors": Process(options=("-W", "error")),
    "development mode": Process(options=("-X", "dev", "-W", "error")),
    "optimized": Process(options=("-O",)),
    "without docstrings": Process(options=("-OO",)),
    "isolated": Process(options=("-I",)),
    "without UTF-8": Process(options=("-X", "utf8=0")),
    "hidden bytecode": Process(options=("-B", "-s", "-E")),
    "an environment of its own": Process(
        "import os; os.environ['MINE'] = '1'; known = dict(os.environ)",
        after="assert known == dict(os.environ)",
    ),
    "an empty environment": Process("import os; os.environ.clear()"),
    "a folder that is gone": Process(
        "import os, tempfile\nfolder = tempfile.mkdtemp()\nos.chdir(folder)\nos.rmdir(folder)"
    ),
    "no garbage is collected": Process("import gc; gc.disable()", after="assert not gc.isenabled()"),
    "garbage at every turn": Process(
        "import gc; gc.set_threshold(1)", after="assert gc.get_threshold()[0] == 1"
    ),
    "NumPy raises": Process(
        "import numpy as np; np.seterr(all='raise')",
        after="assert set(np.geterr().values()) == {'raise'}",
    ),
    "decimal with two digits": Process(
        "import decimal; decimal.getcontext().prec = 2; decimal.getcontext().traps = dict.fromkeys(decimal.getcontext().traps, True)",
        after="assert decimal.getcontext().prec == 2",
    ),
    "mpmath with three digits": Process(
        "import mpmath; mpmath.mp.dps = 3", after="assert mpmath.mp.dps == 3"
    ),
    "a decimal comma": Process(
        "import locale\n"
        "for name in ('de_DE.UTF-8', 'fr_FR.UTF-8', 'C.UTF-8'):\n"
        "    try: locale.setlocale(locale.LC_ALL, name); break\n"
        "    except locale.Error: pass\n"
        "known = locale.setlocale(locale.LC_ALL)",
        after="assert locale.setlocale(locale.LC_ALL) == known",
    ),
    "little room for calls": Process(_LIMITED, after="assert sys.getrecursionlimit() == 220"),
    "small stacks of threads": Process("import threading; threading.stack_size(1 << 18)"),
    "no permission by default": Process(
        "import os; os.umask(0o777)", after="assert os.umask(0o777) == 0o777"
    ),
    "short turns of threads": Process("import sys; sys.setswitchinterval(1e-6)"),
    "short numbers": Process("import sys; sys.set_int_max_str_digits(640)"),
    "no standard streams": Process("import sys; sys.stdin = sys.stderr = None"),
    "another print": Process(
        "import numpy as np; np.set_printoptions(precision=2, legacy='1.13', threshold=2)"
    ),
}
