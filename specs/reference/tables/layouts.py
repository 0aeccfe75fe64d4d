"""The table of layouts: the tensors of the same layers, as each layout names and orients them."""

from __future__ import annotations

from specs.reference.tables.examples import blocks, planned
from specs.reference.tables.markdown import code, table
from winitgen.catalog.layouts import LAYOUTS
from winitgen.layouts import tensors
from winitgen.layouts.tensor import Tensor


def names(_: str, before: str) -> str:
    """Return the tensors of the example above in every layout, layer by layer."""
    example = blocks(before)[-1]
    cells: dict[str, list[str]] = {}
    for layout in LAYOUTS:
        plan = planned(example, layout)
        paths = [layer.path for layer in plan.layers if layer.parameters]
        found: dict[str, list[str]] = {path: [] for path in paths}
        for tensor in tensors(plan):
            found[_owner(tensor, paths)].append(f"{code(tensor.name)} {tensor.shape}")
        for path, lines in found.items():
            cells.setdefault(path, []).append("<br>".join(lines))
    return table(
        ["layer", *(code(layout) for layout in LAYOUTS)], ([code(path), *row] for path, row in cells.items())
    )


def _owner(tensor: Tensor, paths: list[str]) -> str:
    """Return the path of the layer whose values a tensor holds."""
    path = tensor.parameters[0].path
    return next(known for known in paths if path == known or path.startswith(f"{known}."))
