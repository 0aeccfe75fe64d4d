"""What makes a file unfit for a pipeline, by the report about it: NaN, infinities, tensors of zeros, and equal ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from winitgen.errors import UsageError, printable
from winitgen.spec.mistakes import show, suggest

_MOST_NAMED = 5

Tensors = Sequence[Mapping[str, Any]]


def _with(key: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda statistics: bool(statistics[key])


def _is_zero(statistics: Mapping[str, Any]) -> bool:
    finite: int = statistics["finite"]
    return 0 < finite == statistics["zeros"] and not statistics["nan"] and not statistics["infinite"]


_OF_ONE: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "nan": _with("nan"),
    "inf": _with("infinite"),
    "zero-tensor": _is_zero,
}

FAULTS = (*_OF_ONE, "equal-tensors")
"""The faults that a call can ask for."""

_WORDS = {
    "nan": ("tensor holds NaN", "tensors hold NaN"),
    "inf": ("tensor holds infinities", "tensors hold infinities"),
    "zero-tensor": ("tensor is zero", "tensors are zero"),
    "equal-tensors": ("group of tensors is equal", "groups of tensors are equal"),
    "unread": ("tensor cannot be checked", "tensors cannot be checked"),
}


def faults_of(text: str) -> list[str]:
    """Return the faults in a list separated by commas; raise `UsageError` for another name."""
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in FAULTS:
            hint = suggest(name, FAULTS) or f"; the faults are {', '.join(FAULTS)}"
            raise UsageError(f"--fail-on: unknown fault {show(name)}{hint}")
    return names


def found_faults(report: Mapping[str, Any], asked: Collection[str]) -> dict[str, list[str]]:
    """Return the names of the tensors with each fault that is asked for, without those that none has.

    Tensors whose values cannot be read as numbers are ``unread``, which is a fault: nobody knows what they hold.
    """
    found: dict[str, list[str]] = {}
    for fault, is_faulty in _OF_ONE.items():
        if fault in asked:
            found[fault] = [
                row["name"] for row in report["tensors"] if row["statistics"] and is_faulty(row["statistics"])
            ]
    if "equal-tensors" in asked:
        found["equal-tensors"] = [" = ".join(names) for names in report["equal"] or ()]
    found["unread"] = [row["name"] for row in report["tensors"] if row["statistics"] is None]
    return {fault: names for fault, names in found.items() if names}


def fault_line(found: Mapping[str, Sequence[str]]) -> str:
    """Return one line about all faults.

    >>> fault_line({"nan": ["a"], "zero-tensor": ["b", "c"]})
    '1 tensor holds NaN: a; 2 tensors are zero: b, c'
    """
    parts = []
    for fault, names in found.items():
        one, several = _WORDS[fault]
        more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
        shown = ", ".join(name or "(no name)" for name in names[:_MOST_NAMED])
        parts.append(f"{len(names):,} {one if len(names) == 1 else several}: {shown}{more}")
    return printable("; ".join(parts))
