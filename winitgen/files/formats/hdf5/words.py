"""The words for a file that the HDF5 library cannot read."""

from __future__ import annotations

from winitgen.files.sandbox.requests import Words

WORDS = Words(
    damaged="is not an HDF5 file, or is damaged",
    values="it is damaged, so that the HDF5 library cannot read its values",
)
