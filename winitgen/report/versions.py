"""Which report a JSON document is, and the version of its form."""

from __future__ import annotations

from typing import Any

VERSION = 1
"""Rises when a key is renamed or removed, or means something else; not for a key that is added."""


def versioned(kind: str, report: dict[str, Any]) -> dict[str, Any]:
    """Return a report with ``report``, the command whose report it is, and ``version``, that of its form.

    >>> versioned("diff", {"equal": True})
    {'report': 'diff', 'version': 1, 'equal': True}
    """
    return {"report": kind, "version": VERSION, **report}
