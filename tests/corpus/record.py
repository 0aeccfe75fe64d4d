"""What a library itself gives of the files that it wrote: made in the library's own process, which has NumPy but not winitgen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Row = tuple[str, Sequence[int] | None, str, str]
"""A tensor whose values are not read: its name, shape, number format, and words of the reason."""


class Record:
    """Gathers what is expected of each file in a folder.

    An expected tensor has a name, a shape, the name of a number format, and its figures; or words for which its values
    are not read. A file may be expected to be refused, in words that the message has to hold.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: list[dict[str, Any]] = []

    def path(self, name: str) -> str:
        """Return the path at which a library writes the file ``name``."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return str(path)

    def gives(
        self,
        name: str,
        arrays: Mapping[str, Any],
        unread: Iterable[Row] = (),
        *,
        formats: Mapping[str, str] | str = "",
        or_refused: Sequence[str] = (),
        notes: Sequence[str] = (),
    ) -> None:
        """Expect a file with these arrays, as the library read them, and with rows that have no figures.

        ``formats`` names the number formats that the arrays themselves do not have, as of values that were made wider.
        ``or_refused`` are words, any of which is true of a file for which winitgen may have no reader. ``notes`` are
        words, each of which one of the notes has to hold.
        """
        rows = []
        for key, given in arrays.items():
            array = np.asanyarray(given)
            known = formats if isinstance(formats, str) else formats.get(key, "")
            row = {"name": key, "shape": list(array.shape), "format": known or array.dtype.name}
            rows.append(row | {"figures": figures(array)})
        for key, shape, known, words in unread:
            sizes = None if shape is None else list(shape)
            rows.append({"name": key, "shape": sizes, "format": known, "unread": words})
        self.files.append({"file": name, "tensors": rows, "refused": or_refused, "notes": notes})

    def refused(self, name: str, *words: str) -> None:
        """Expect that a file is refused in a line with these words, or with others that are true of it as well."""
        self.files.append({"file": name, "tensors": None, "refused": words, "notes": ()})

    def save(self, path: Path) -> None:
        """Write all as JSON."""
        path.write_text(json.dumps(self.files), encoding="utf-8")


def figures(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return the figures of an array: of complex numbers, extremes are those of the modulus."""
    values = array.reshape(-1)
    if values.dtype.kind not in "?biufc":  # of ml_dtypes, whose formats all fit float64
        values = values.astype(np.float64)
    if values.dtype.kind in "biu":
        numbers = [int(value) for value in values]
        wide = values.astype(np.longdouble)
        ends = (min(numbers), max(numbers)) if numbers else None
        return _with_moments(wide, wide, ends)
    finite = values[np.isfinite(values)]
    wide = finite.astype(np.clongdouble if values.dtype.kind == "c" else np.longdouble)
    sizes = np.abs(wide) if values.dtype.kind == "c" else wide
    ends = (float(sizes.min()), float(sizes.max())) if sizes.size else None
    return _with_moments(values, wide, ends)


def _with_moments(values: Any, finite: Any, ends: tuple[float, float] | None) -> dict[str, Any]:
    nans = int(np.isnan(values).sum())
    mean = finite.mean() if finite.size else 0
    std = float(np.sqrt((np.abs(finite - mean) ** 2).mean())) if finite.size else None
    return {
        "finite": int(finite.size),
        "nan": nans,
        "infinite": int(values.size - finite.size - nans),
        "zeros": int((finite == 0).sum()),
        "mean": _plain(mean) if finite.size else None,
        "std": std,
        "min": ends[0] if ends else None,
        "max": ends[1] if ends else None,
    }


def _plain(mean: Any) -> float | list[float]:
    return [float(mean.real), float(mean.imag)] if np.iscomplexobj(mean) else float(mean)


def normals(seed: int, *shape: int) -> np.ndarray[Any, Any]:
    """Return float32 normals, with a zero where there is room for one."""
    values = np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
    if values.size > 3:
        values.reshape(-1)[2] = 0
    return values
