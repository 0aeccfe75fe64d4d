"""What belongs to the process or to the caller is the same after each call as before it."""

from __future__ import annotations

import copy
import decimal
import faulthandler
import gc
import locale
import os
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from threadpoolctl import threadpool_info

import winitgen
from tests.processes.everything import SPEC, everything

CALLS: dict[str, Callable[[Path], object]] = {
    "load_spec": lambda _: winitgen.load_spec(SPEC, variables={"n": 3}),
    "plan": lambda _: winitgen.plan(SPEC, seed=3),
    "generate": lambda _: winitgen.generate(SPEC, seed=3),
    "open": lambda _: winitgen.open(SPEC, seed=3).get_tensors(),
    "write": lambda folder: winitgen.write(SPEC, folder / f"{time.monotonic_ns()}.h5", digest=True),
    "finalize": lambda folder: winitgen.finalize(folder / "shards", force=True, max_shard_size="0.2KB"),
    "probe": lambda _: winitgen.probe(SPEC, samples=9, threads=2),
    "verify": lambda folder: winitgen.verify(folder / "w.h5"),
    "verify statistics": lambda folder: winitgen.verify(folder / "w.npz", SPEC, statistics=True),
    "inspect": lambda folder: winitgen.inspect(folder / "w.h5", digest=True),
    "inspect npy": lambda folder: winitgen.inspect(folder / "w.npy", tensor="fc.weight"),
    "diff": lambda folder: winitgen.diff(folder / "w.h5", folder / "w.safetensors"),
    "a refused spec": lambda _: refused(lambda: winitgen.plan({"layers": [{"units": "${1if 2else 3}"}]})),
    "a refused file": lambda _: refused(lambda: winitgen.inspect(__file__)),
    "everything": lambda folder: everything(str(folder / "again")),
}


def refused(call: Callable[[], object]) -> None:
    """Make a call that is refused."""
    with pytest.raises(winitgen.WinitgenError):
        call()


def state() -> dict[str, Any]:
    """Return whatever a library could change for the rest of the process."""
    mask = os.umask(0o22)
    os.umask(mask)
    return {
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "mask": mask,
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": threading.enumerate(),
        "children": Path("/proc/self/task", str(threading.get_native_id()), "children").read_text(),
        "handlers": {number: signal.getsignal(number) for number in signal.valid_signals() if number < 32},
        "blocked": signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        "timer": signal.getitimer(signal.ITIMER_REAL),
        "NumPy's errors": np.geterr(),
        "NumPy's words": {k: v for k, v in np.get_printoptions().items() if k != "formatter"},
        "NumPy's numbers": repr(np.random.get_state()),
        "random": random.getstate(),
        "decimal": repr(decimal.getcontext()),
        "digits": (mpmath.mp.dps, mpmath.mp.prec),
        "language": locale.setlocale(locale.LC_ALL),
        "warnings": [*warnings.filters],
        "showwarning": warnings.showwarning,
        "garbage": (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count(), *gc.callbacks),
        "calls": sys.getrecursionlimit(),
        "digits of text": sys.get_int_max_str_digits(),
        "turns": sys.getswitchinterval(),
        "stack": threading.stack_size(),
        "hooks": (sys.excepthook, threading.excepthook, sys.unraisablehook, sys.gettrace(), sys.getprofile()),
        "faults": faulthandler.is_enabled(),
        "streams": (sys.stdin, sys.stdout, sys.stderr),
        "path": [*sys.path],
        "hooks of imports": (*sys.meta_path, *sys.path_hooks),
        "BLAS": [(one["filepath"], one["num_threads"]) for one in threadpool_info()],
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of each format; all modules are imported, and what they keep is made."""
    folder = tmp_path_factory.mktemp("left-alone")
    everything(str(folder))
    for call in CALLS.values():
        call(folder)
    return folder


@pytest.fixture
def own() -> Iterator[None]:
    """What a program may have chosen, none of it usual."""
    known = np.geterr(), mpmath.mp.dps, gc.isenabled()
    np.seterr(all="raise")
    mpmath.mp.dps = 7
    gc.disable()
    yield
    np.seterr(**known[0])
    mpmath.mp.dps = known[1]
    gc.enable()


def test_no_call_changes_the_process(folder: Path, own: None) -> None:
    """Neither that of a program that has chosen nothing, nor one that has."""
    changed = {}
    for name, call in CALLS.items():
        before = state()
        call(folder)
        after = state()
        if names := [key for key in before if before[key] != after[key]]:
            changed[name] = names

    assert {} == changed


def test_the_first_calls_change_nothing_either(program: Callable[..., str]) -> None:
    """Modules are imported by them; no import leaves the process another one."""
    text = """
import mpmath, numpy, ruamel.yaml, threadpoolctl  # filters of warnings about themselves
from tests.processes.everything import everything
from tests.processes.test_left_alone import state
before = state()
everything(sys.argv[1])
after = state()
print([key for key in before if before[key] != after[key]])
"""

    assert "[]\n" == program(text)


@pytest.mark.parametrize("name", ["plan", "probe", "inspect", "verify", "diff", "write", "generate"])
def test_results_are_the_callers_own(name: str, folder: Path) -> None:
    """Whatever the caller does to them, the same call gives the same again."""
    spec = winitgen.load_spec(SPEC)
    calls: dict[str, Callable[[], Any]] = {
        "plan": lambda: (winitgen.plan(spec).spec, winitgen.plan(spec).inputs),
        "probe": lambda: winitgen.probe(spec, samples=9),
        "inspect": lambda: winitgen.inspect(folder / "w.npz"),
        "verify": lambda: winitgen.verify(folder / "w.npz"),
        "diff": lambda: winitgen.diff(folder / "w.npz", folder / "w.h5"),
        "write": lambda: winitgen.write(spec, folder / "own.npz").report,
        "generate": lambda: winitgen.generate(spec),
    }
    first = calls[name]()
    wanted = copy.deepcopy(first)

    spoil(first)

    assert repr(wanted) == repr(calls[name]())
    assert repr(wanted) != repr(first)


def spoil(value: Any) -> None:
    """Change all that can be changed in a value, from the inside out."""
    if isinstance(value, np.ndarray):
        value[...] = 7
    elif isinstance(value, dict | list | tuple):
        for inner in [*(value.values() if isinstance(value, dict) else value)]:
            spoil(inner)
        if isinstance(value, dict):
            value["more"] = value.pop(next(iter(value), ""), None)
        elif isinstance(value, list):
            value.append("more")


def test_a_spec_that_is_changed_afterwards_changes_nothing() -> None:
    """A mapping is read once."""
    given = copy.deepcopy(SPEC)
    spec = winitgen.load_spec(given)
    wanted = winitgen.plan(spec)

    spoil(given)

    assert wanted == winitgen.plan(spec) == winitgen.plan(winitgen.load_spec(SPEC))
