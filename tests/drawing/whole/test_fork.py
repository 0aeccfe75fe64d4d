"""Whole arrays in a process that is forked while one is being computed."""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings

import pytest

from winitgen.drawing.whole import whole_array
from winitgen.drawing.whole.orthogonal import Orthogonal


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_child_does_not_wait_for_a_thread_of_its_parent() -> None:
    """The lock is held by a thread that the child does not have; the child draws all the same."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with whole_array._lock:
            held.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of other threads, which is the point
        child = os.fork()
    if not child:
        signal.alarm(20)  # it would wait for ever
        os._exit(0 if _drawn() else 1)
    done.set()
    thread.join()

    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _drawn() -> bool:
    """Draw a small matrix; return whether that went well."""
    import numpy as np

    try:
        distribution = Orthogonal(1, 4, 3, 1.0)
        values = whole_array.drawn(distribution, bytes(16), "float64", 12)
    except BaseException as error:
        print(error, file=sys.stderr)
        return False
    matrix = values.reshape(4, 3)
    return bool(np.allclose(matrix.T @ matrix, np.eye(3)))
