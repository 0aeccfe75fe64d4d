"""The packages that a trace needs, imported when it starts."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from winitgen.errors import UsageError, install


def need(*names: str) -> list[Any]:
    """Return packages of the extra ``trace``; raise `UsageError` with the command that installs a missing one.

    transformers is told to download nothing.
    """
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise UsageError(f"{' and '.join(missing)} {verb} needed to trace; install with: {install('trace')}")
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    return [import_module(name) for name in names]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what other people's code warns of, logs and shows as progress off the screen."""
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    os.environ.setdefault("TQDM_DISABLE", "1")
    try:
        with warnings.catch_warnings(), redirect_stdout(sys.stderr):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)


def first_line(error: BaseException) -> str:
    """Return an error of other people's code in one line: its class, and what it says first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return ": ".join([type(error).__name__, *lines[:1]]).rstrip(".")


def choose_backend() -> None:
    """Have Keras use a backend that is installed; it takes TensorFlow if nothing says which."""
    if "KERAS_BACKEND" not in os.environ and find_spec("tensorflow") is None:
        os.environ["KERAS_BACKEND"] = next(name for name in ("jax", "torch", "numpy") if find_spec(name))
