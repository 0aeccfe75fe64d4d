"""The words for a folder that TensorStore cannot read."""

from __future__ import annotations

from winitgen.errors import install

NEEDED = install("tensorstore")
DAMAGED = "cannot be read: TensorStore crashes on it, as it is damaged or needs more memory than is given to what may be hostile"
CRASHED = "TensorStore crashes on it, or needs more memory or time than is given to what may be hostile"
DAMAGED_VALUES = "it is damaged, so that TensorStore cannot read its values"
NOT_OPENED = "TensorStore does not open an array with its metadata"
