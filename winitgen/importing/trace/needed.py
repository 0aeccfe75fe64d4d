"""The packages that a trace needs, imported when it starts."""

from __future__ import annotations

import os
import warnings
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from winitgen.errors import UsageError


def need(*names: str) -> list[Any]:
    """Return packages of the extra ``trace``; raise `UsageError` with the command that installs a missing one.

    transformers is told to download nothing.
    """
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise UsageError(
            f"{' and '.join(missing)} {verb} needed to trace; install with: pip install 'winitgen[trace]'"
        )
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other people's packages warn as they are imported
        return [import_module(name) for name in names]


def first_line(error: BaseException) -> str:
    """Return an error of other people's code in one line: its class, and what it says first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return ": ".join([type(error).__name__, *lines[:1]]).rstrip(".")
