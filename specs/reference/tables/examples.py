"""The examples on the pages of the reference: whole specs, or parts of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winitgen import load

if TYPE_CHECKING:
    from winitgen.planning.plan import Plan


def blocks(page: str) -> list[str]:
    """Return the examples of a page."""
    return re.findall(r"^```yaml\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)


def whole(block: str) -> str:
    """Return an example as a whole spec, in the ways that the page on the language describes.

    A part that begins with ``- `` goes under ``layers:``, its first line's comment above it; top-level
    keys without layers get a layer, and an input.
    """
    if re.search(r"^- ", block, flags=re.MULTILINE):
        first, _, rest = block.partition("\n")
        return f"{first.removeprefix('# ')}\nlayers:\n{rest}"
    if not re.search(r"^layers:", block, flags=re.MULTILINE):
        block += "layers: [{name: fc, type: dense, units: 10}]\n"
        block += "" if "input:" in block else "input: 784\n"
    return block


def planned(block: str, layout: str | None = None) -> Plan:
    """Return the plan of an example."""
    draft = load.read_content(whole(block).encode(), "example")
    return load.plan_of(draft, seed=None, dtype=None, layout=layout)
