"""HDF5 files with more than one reading, made of one that winitgen wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

Edit = Callable[[Any], object]


def _bits(name: str, kind: Any) -> Edit:
    """Return an edit that stores a dataset of the same values in a number format of HDF5's own."""

    def edit(file: Any) -> None:
        values = file[name][...]
        del file[name]
        dataset = h5py.h5d.create(file.id, name.encode(), kind, h5py.h5s.create_simple(values.shape))
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, values)

    return edit


def _odd_float() -> Any:
    kind = h5py.h5t.IEEE_F32LE.copy()
    kind.set_fields(28, 20, 8, 0, 20)
    kind.set_precision(29)
    return kind


def _again(name: str, **options: Any) -> Edit:
    """Return an edit that stores a dataset again, in chunks or in another byte order."""

    def edit(file: Any) -> None:
        values = file[name][...]
        del file[name]
        file.create_dataset(name, data=values.astype(options.pop("dtype", values.dtype)), **options)

    return edit


def _set(name: str, key: str, value: Any) -> Edit:
    return lambda file: file[name].attrs.__setitem__(key, value)


def edits(names: list[str]) -> Iterator[tuple[str, Edit]]:
    """Yield changes of an open file; the names are those of its datasets."""
    for name in names:
        group = name.rpartition("/")[0]
        yield (
            f"soft link to {name}",
            lambda file, name=name: file.__setitem__("zz", h5py.SoftLink(f"/{name}")),
        )
        yield (
            f"soft link beside {name}",
            lambda file, name=name: file.__setitem__(f"{name}2", h5py.SoftLink("/no")),
        )
        yield (
            f"external link to {name}",
            lambda file, name=name: file.__setitem__("zz", h5py.ExternalLink("o.h5", name)),
        )
        yield f"second name of {name}", lambda file, name=name: file.__setitem__("zz", file[name])
        yield (
            f"second name of the group of {name}",
            lambda file, group=group: file.__setitem__("zz", file[group]),
        )
        yield f"its own group in {name}", lambda file, group=group: file[group].__setitem__("zz", file[group])
        yield (
            f"replaced by a link {name}",
            lambda file, name=name: (file.move(name, "zz"), file.__setitem__(name, h5py.SoftLink("/zz"))),
        )
        for attribute in ("dtype", "name", "units", "scale_factor"):
            yield f"{attribute} of {name}", _set(name, attribute, "bfloat16")
        for attribute in ("layer_names", "weight_names", "weight_names0"):
            yield f"{attribute} at {name}", _set(group, attribute, ["a", "b"])
        yield f"odd bits of {name}", _bits(name, _odd_float())
        yield f"wide {name}", _again(name, dtype="f8")
        yield f"big-endian {name}", _again(name, dtype=">f4")
        yield f"chunked {name}", _again(name, chunks=True)
        yield f"deflated {name}", _again(name, chunks=True, compression="gzip", shuffle=True)
        yield f"changed {name}", lambda file, name=name: file[name].__setitem__(..., 7)
        yield f"more {name}", lambda file, name=name: file.__setitem__(f"{name}2", np.float32(7))
    yield "an empty group", lambda file: file.create_group("zz")
    yield "a named type", lambda file: file.__setitem__("zz", np.dtype("f4"))
    yield "model_config", lambda file: file.attrs.__setitem__("model_config", "{}")
    yield "a comment", lambda file: file.attrs.__setitem__("comment", "seven")


def two_readings(good: Path, other: bytes, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield HDF5 files that say two things, or that only look as if they did."""
    content = good.read_bytes()
    names: list[str] = []
    with h5py.File(good) as file:
        file.visititems(lambda name, found: names.append(name) if isinstance(found, h5py.Dataset) else None)
    for name, edit in edits(names[1:3]):
        path = folder / "edited.h5"
        path.write_bytes(content)
        with h5py.File(path, "r+") as file:
            edit(file)
        yield name, path.read_bytes()
    yield "bytes behind", content + other
    yield "a byte behind", content + b"\0"
    for size in (512, 1024, 2048, 4096, 65_536):
        for name, block in {"zeros": b"", "text": b"# seven\n", "another": other}.items():
            if len(block) <= size:
                path = folder / "behind.h5"
                with h5py.File(good) as file, h5py.File(path, "w", userblock_size=size) as copy:
                    copy.attrs.update(file.attrs)
                    for member in file:
                        file.copy(member, copy)
                yield f"{name} of {size}", block.ljust(size, b"\0") + path.read_bytes()[size:]
    yield "in front", other.ljust(512, b"\0") + content
