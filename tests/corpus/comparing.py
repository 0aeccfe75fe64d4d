"""Whether `winitgen inspect --json` says of a file what the library says that wrote it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

UNREADABLE = 2
"""The exit code for a file that cannot be read."""

COUNTS = ("finite", "nan", "infinite", "zeros")

ENDS = ("min", "max")


class Answer:
    """What one call of `inspect` gave."""

    def __init__(self, code: int, out: str, error: str) -> None:
        self.code = code
        self.out = out
        self.error = error

    @property
    def listed(self) -> bool:
        """Whether the file was listed."""
        return self.code == 0


def differences(expected: Mapping[str, Any], answer: Answer) -> list[str]:
    """Return what differs from what is expected of a file, a line for each; empty if all is right."""
    if not answer.listed:
        return _of_refusal(expected, answer)
    if expected["tensors"] is None:
        return [f"is listed, not refused with {expected['refused'][0]!r}"]
    report = json.loads(answer.out)
    told = [
        f"no note holds {words!r}"
        for words in expected["notes"]
        if not any(words in note for note in report["notes"])
    ]
    return _of_tensors(expected["tensors"], report["tensors"]) + told


def _of_refusal(expected: Mapping[str, Any], answer: Answer) -> list[str]:
    line = answer.error.removesuffix("\n")
    if answer.code != UNREADABLE or "\n" in line:
        return [f"exit code {answer.code} with {line!r}"]
    if not any(words in line for words in expected["refused"]):
        return [f"is refused: {line}"]
    return []


def _of_tensors(expected: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = [
        f"{name} is listed {n} times" for name, n in Counter(row["name"] for row in found).items() if n > 1
    ]
    rows = {row["name"]: row for row in found}
    names = {row["name"] for row in expected}
    lines += [f"{name} is listed, which the library does not give" for name in rows if name not in names]
    for row in expected:
        if row["name"] in rows:
            lines += [f"{row['name']}: {line}" for line in _of_row(row, rows[row["name"]])]
        else:
            lines.append(f"{row['name']} is not listed")
    return lines


def _of_row(expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    lines = []
    if found["shape"] != expected["shape"]:
        lines.append(f"shape {found['shape']}, not {expected['shape']}")
    if found["dtype"] != expected["format"]:
        lines.append(f"format {found['dtype']}, not {expected['format']}")
    if "unread" in expected:
        if found["statistics"] is not None or expected["unread"] not in (found["unread"] or ""):
            lines.append(f"unread {found['unread']!r}, not {expected['unread']!r}")
        return lines
    if found["statistics"] is None:
        return [*lines, f"no figures: {found['unread']}"]
    return lines + _of_figures(expected["figures"], found["statistics"])


def _of_figures(expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    is_complex = isinstance(expected["mean"], list)  # two libraries of mathematics may round a modulus apart
    exact = COUNTS if is_complex or not expected["finite"] else COUNTS + ENDS
    lines = [f"{key} {found[key]}, not {expected[key]}" for key in exact if found[key] != expected[key]]
    if not lines and expected["finite"]:
        largest = max(abs(expected["min"]), abs(expected["max"]))
        near = ("mean", "std", *ENDS) if is_complex else ("mean", "std")
        lines = [
            f"{key} {found[key]}, not {expected[key]}"
            for key in near
            if not _near(found[key], expected[key], largest)
        ]
    return lines


def _near(found: Any, expected: Any, largest: float) -> bool:
    """Tell whether two figures agree to the seven digits that are printed."""
    if isinstance(expected, list):
        return len(found) == 2 and all(_near(*pair, largest) for pair in zip(found, expected, strict=True))
    return bool(abs(found - expected) <= 2e-6 * abs(expected) + 1e-12 * largest)
