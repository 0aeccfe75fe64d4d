"""The columns of each table, in the order in which they are printed."""

from __future__ import annotations

MEASURED = ("measured mean", "measured std", "min", "max")
"""Columns of a model's table that are there only if values were drawn."""

WHY = "chosen by"
"""The column that says which rule chose a scheme."""

_PLANNED = ("tensor", "shape", "dtype", "scheme", "fan_in", "fan_out", "mean", "std")

PLANNED = (*_PLANNED, WHY)
DRAWN = (*_PLANNED, *MEASURED)
IDS = ("id", "type", "tensor")

SUMMARY = ("layer", "type", "output", "trainable", "buffers", "tied", "multiply-adds")

HEADER = ("tensor", "shape", "dtype", "bytes")
"""Columns of a file's table that need only its header."""

FILE = (*HEADER, "mean", "std", "min", "max", "zeros", "NaN", "infinite", "histogram")
DIFFERENCES = ("tensor", "differs in", "A", "B", "differing", "beyond", "max |a-b|", "mean |a-b|", "first")
STATISTICS = ("tensor", "elements", "scheme", "mean", "std", "measured mean", "measured std", "verdict")

LAYERS = (
    *(
        "layer",
        "type",
        "activation",
        "pre mean",
        "pre std",
        "out mean",
        "out std",
        "saturated",
        "at the ends",
        "dead",
    ),
    *("gradient std", "gain", "gain back", "scatter", "condition", "out histogram"),
)
RUNS = (
    *(
        "run",
        "verdict",
        "from",
        "margin",
        "pre std",
        "out std",
        "saturated",
        "at the ends",
        "dead",
        "gradient std",
    ),
    "last out histogram",
)

BY_COMMAND = {
    "summary": SUMMARY,
    "plan": (*PLANNED, *(title for title in IDS if title not in PLANNED)),
    "init": (*DRAWN, WHY),
    "inspect": FILE,
    "diff": DIFFERENCES,
    "verify": STATISTICS,
    "probe": (*LAYERS, *(title for title in RUNS if title not in LAYERS)),
}
"""The columns that a command can show, whatever its options."""
