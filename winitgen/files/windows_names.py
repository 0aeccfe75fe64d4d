"""Which file names Windows refuses, or takes for a device or for a part of another file."""

from __future__ import annotations

import re
import sys

_FORBIDDEN = r'[\x00-\x1f<>:"/\\|?*]'
_DEVICES = r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³]) *(\..*)?"


def windows_trouble(name: str) -> str:
    """Return why Windows can have no file of this name, as the end of a sentence; empty if it can.

    >>> windows_trouble("aux.npy"), windows_trouble("a:b.npy"), windows_trouble("auxiliary.npy")
    ("is the name of a device, 'aux'", "holds ':'", '')
    """
    if found := re.search(_FORBIDDEN, name):
        return f"holds {found[0]!r}"
    if name.endswith((".", " ")) and name not in {".", ".."}:
        return f"ends in {name[-1]!r}"
    if found := re.fullmatch(_DEVICES, name, re.IGNORECASE):
        return f"is the name of a device, {found[1]!r}"
    return ""


def trouble_here(name: str) -> str:
    """Return `windows_trouble` on Windows, and nothing on other systems, which have files of these names."""
    return windows_trouble(name) if sys.platform == "win32" else ""
