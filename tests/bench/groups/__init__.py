"""The groups of benchmarks: a module each, whose ``comparisons`` are measured one after another."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from tests.bench.contenders import Comparison
from tests.bench.options import Options

GROUPS = (
    "values",
    "large",
    "formats",
    "layouts",
    "memory",
    "small",
    "start",
    "deep",
    "orthogonal",
    "verify",
    "inspect",
    "probe",
    "shards",
    "config",
    "slices",
    "store",
    "live",
)
"""The names of the modules, in the order of the table."""


def title(name: str) -> str:
    """Return the first line of what a group says of itself."""
    return (import_module(f"tests.bench.groups.{name}").__doc__ or "").strip().splitlines()[0]


def comparisons(name: str, given: Options) -> Iterator[Comparison]:
    """Yield the comparisons of a group; it makes their files as they are asked for."""
    found: Iterator[Comparison] = import_module(f"tests.bench.groups.{name}").comparisons(given)
    return found
