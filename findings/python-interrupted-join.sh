#!/usr/bin/env bash
# Python 3.11: an exception from a signal handler during Thread.join() marks a thread that still works as ended.
#
# The handler's exception leaves join() and is_alive() then says False, although the thread's function has not returned: it
# finishes its work later. A second join() returns at once. Nobody would guess it: a program that catches KeyboardInterrupt
# and asks is_alive(), or joins again before it removes what the thread uses, is told that all is over. Seen with 3.11.2
# and 3.11.7, each time, and with 3.9.18, 3.10.13 and 3.12.1; 3.8.18 and 3.13.0 say True. Reported as issue 90882 of
# CPython. With another release than 3.11 the script says so and checks nothing.
set -euo pipefail

python3 - <<'PYTHON'
import platform
import signal
import sys
import threading
import time

if sys.version_info[:2] != (3, 11):
    print(f"not checked: this is about Python 3.11, and python3 is {platform.python_version()}")
    sys.exit()


class Interrupt(Exception):
    pass


def interrupt(*_):
    raise Interrupt


def work():
    started.set()
    if allowed.wait(60):
        finished.set()


started, allowed, finished = threading.Event(), threading.Event(), threading.Event()
thread = threading.Thread(target=work)
signal.signal(signal.SIGALRM, interrupt)
thread.start()
started.wait()
signal.setitimer(signal.ITIMER_REAL, 0.5)
try:
    thread.join(30)
except Interrupt:
    interrupted = True
else:
    interrupted = False
alive = thread.is_alive()
working = thread.ident in sys._current_frames() and not finished.is_set()
asked = time.monotonic()
thread.join(5)
waited = time.monotonic() - asked
allowed.set()
completed = finished.wait(30)

assert interrupted, "the signal did not interrupt join()"
assert working, "the thread was not at work"
assert not alive, "is_alive() is True after an interrupted join(): this changed"
assert waited < 2.5, "a second join() waits for the thread: this changed"
assert completed, "the thread did not finish its work"
print(f"Python {platform.python_version()}: at work {working}, is_alive() {alive}; it finished later: {completed}")
PYTHON
