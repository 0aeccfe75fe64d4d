"""JAX, imported when it is needed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from winitgen.errors import UsageError


def need_jax() -> Any:
    """Return the package ``jax``; raise `UsageError` with the command that installs it if it is missing."""
    if find_spec("jax") is None:
        raise UsageError("winitgen.jax needs the package jax: pip install jax")
    return import_module("jax")
