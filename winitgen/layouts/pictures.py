"""Arrays without values, on which a layout's arrangement is run to see where each element comes from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from winitgen.layouts.tiles import NoTiles, Tile, c_strides


class Picture:
    """What an array of a shape holds: tiles of parameters. It does what arrangements do with arrays of NumPy.

    Anything else that is done with it raises `NoTiles`.
    """

    def __init__(self, shape: Iterable[int], tiles: Iterable[Tile]) -> None:
        self.shape, self.tiles = tuple(shape), tuple(tiles)
        self.ndim = len(self.shape)

    @classmethod
    def of(cls, number: int, shape: Sequence[int]) -> Picture:
        """Return the picture of one parameter."""
        return cls(shape, [Tile(number, 0, c_strides(shape), tuple(map(range, shape)))])

    @property
    def T(self) -> Picture:  # noqa: N802  # NumPy's name
        """The axes in reverse order."""
        return self.transpose(*reversed(range(self.ndim)))

    def transpose(self, *axes: int) -> Picture:
        """Return the picture with its axes in another order."""
        turned = [
            tile._replace(
                strides=tuple(tile.strides[a] for a in axes), ranges=tuple(tile.ranges[a] for a in axes)
            )
            for tile in self.tiles
        ]
        return Picture((self.shape[a] for a in axes), turned)

    def swapaxes(self, one: int, other: int) -> Picture:
        """Return the picture with two axes exchanged."""
        axes = list(range(self.ndim))
        axes[one], axes[other] = axes[other], axes[one]
        return self.transpose(*axes)

    def reshape(self, *wanted: Any) -> Picture:
        """Return the picture in another shape, of which one size may be -1."""
        sizes = list(wanted[0]) if len(wanted) == 1 and isinstance(wanted[0], Sequence) else list(wanted)
        if -1 in sizes:
            sizes[sizes.index(-1)] = math.prod(self.shape) // -math.prod(sizes)
        flat = self.without([axis for axis, size in enumerate(self.shape) if size == 1])
        for axis in reversed(range(flat.ndim - 1)):
            if _divides(flat.shape, axis, sizes):
                flat = flat._merged(axis)
        return flat._split(sizes)

    def _merged(self, axis: int) -> Picture:
        """Return the picture with an axis and the next one as one."""
        size = self.shape[axis + 1]
        shape = (*self.shape[:axis], self.shape[axis] * size, *self.shape[axis + 2 :])
        return Picture(shape, (part for tile in self.tiles for part in tile.merged(axis, size)))

    def _split(self, sizes: list[int]) -> Picture:
        """Return the picture with its axes split into those of ``sizes``."""
        found, axis = self, 0
        while found.shape != tuple(sizes):
            if axis >= len(found.shape):
                found = Picture((*found.shape, 1), (t.along(axis, (range(1),), (0,), 0) for t in found.tiles))
            elif found.shape[axis] != sizes[axis]:
                size = found.shape[axis] // sizes[axis]
                shape = (*found.shape[:axis], sizes[axis], size, *found.shape[axis + 1 :])
                found = Picture(shape, [tile.split(axis, size) for tile in found.tiles])
            axis += 1
        return found

    def __getitem__(self, index: Any) -> Picture:
        if isinstance(index, list):
            return concatenate([self[place : place + 1] for place in index])
        parts = list(index) if isinstance(index, tuple) else [index]
        if Ellipsis in parts:
            at = parts.index(Ellipsis)
            parts[at : at + 1] = [slice(None)] * (self.ndim - len(parts) + 1)
        found, whole = self, []
        for axis, part in enumerate(parts):
            whole.append(not isinstance(part, slice))
            asked = part if isinstance(part, slice) else slice(part, part + 1)
            found = found.taken(axis, range(self.shape[axis])[asked])
        return found.without([axis for axis, gone in enumerate(whole) if gone])

    def taken(self, axis: int, kept: range) -> Picture:
        """Return what is left if only a range is kept along an axis."""
        shape = (*self.shape[:axis], len(kept), *self.shape[axis + 1 :])
        return Picture(shape, filter(None, (tile.taken(axis, kept) for tile in self.tiles)))

    def without(self, axes: Sequence[int]) -> Picture:
        """Return the picture without axes of one element."""
        found = self
        for axis in sorted(axes, reverse=True):
            shape = (*found.shape[:axis], *found.shape[axis + 1 :])
            found = Picture(shape, [tile.along(axis, (), ()) for tile in found.tiles])
        return found

    def __array_function__(self, function: Any, types: Any, args: Any, keywords: Any) -> Picture:
        """Do what an arrangement asks of NumPy."""
        known: dict[str, Callable[..., Picture]] = {"concatenate": concatenate, "stack": stack, "flip": flip}
        if function.__name__ not in known:
            raise NoTiles
        return known[function.__name__](*args, **keywords)

    def __add__(self, other: object) -> Picture:
        raise NoTiles

    __radd__ = __add__


def _divides(shape: tuple[int, ...], axis: int, sizes: list[int]) -> bool:
    """Tell whether no axis of ``sizes`` begins between an axis and the next one, so that both may become one."""
    before = math.prod(shape[: axis + 1])
    return all(math.prod(sizes[:count]) != before for count in range(len(sizes) + 1))


def concatenate(pictures: Sequence[Picture], axis: int = 0) -> Picture:
    """Return pictures one after another along an axis."""
    axis %= pictures[0].ndim
    tiles, before = [], 0
    for picture in pictures:
        for tile in picture.tiles:
            own = tile.ranges[axis]
            moved = range(own.start + before, own.stop + before, own.step)
            tiles.append(tile.along(axis, (moved,), (tile.strides[axis],)))
        before += picture.shape[axis]
    shape = pictures[0].shape
    return Picture((*shape[:axis], before, *shape[axis + 1 :]), tiles)


def stack(pictures: Sequence[Picture], axis: int = 0) -> Picture:
    """Return pictures one after another along a new axis."""
    shape = (*pictures[0].shape[:axis], 1, *pictures[0].shape[axis:])
    grown = [
        Picture(shape, [tile.along(axis, (range(1),), (0,), 0) for tile in picture.tiles])
        for picture in pictures
    ]
    return concatenate(grown, axis)


def flip(picture: Picture, axes: Sequence[int]) -> Picture:
    """Return a picture whose axes are reversed."""
    for axis in axes:
        picture = picture.taken(axis, range(picture.shape[axis])[::-1])
    return picture


def tiles_of(
    arrange: Callable[..., Any], shapes: Sequence[Sequence[int]], shape: Sequence[int]
) -> tuple[Tile, ...]:
    """Return the tiles of what ``arrange`` makes of parameters of these shapes; raise `NoTiles` if there are none."""
    pictures = [Picture.of(number, own) for number, own in enumerate(shapes)]
    return arrange(*pictures).reshape(shape).tiles  # type: ignore[no-any-return]
