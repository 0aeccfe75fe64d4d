"""Windows of images as columns of a matrix, block by block, so that a convolution is a matrix product.

The columns of a whole image take as many times its memory as a window has taps (Chellapilla, Puri & Simard
2006, "High performance convolutional neural networks for document processing"). Each block of columns is
multiplied as soon as it is made, while it is in the cache.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from winitgen.numeric.arrays import Array
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.workers import Workers
from winitgen.probing.compiled_signals import columns_into
from winitgen.probing.spans import Block, Sizes, Slide

ROOM = 2**22
"""Bytes that the columns of one block may take, to fit into the cache with kernel and product."""

ENOUGH = 128
"""Positions of one sample that fill a matrix product; the product of a single sample is written where it belongs, without a copy."""

Index = tuple[Any, ...]
"""An index into an array."""


def blocks(sizes: Sizes, column: int, room: int, workers: Workers) -> list[Block]:
    """Cut samples, groups and positions (``sizes``), each with ``column`` values, into blocks.

    A block has at most about ``room`` values. There are at least as many blocks as threads.
    """
    room = min(room, column * math.prod(sizes) // workers.threads)
    trailing = [column * math.prod(sizes[axis + 1 :]) for axis in range(len(sizes))]
    cut = next((axis for axis, values in enumerate(trailing) if values <= room), len(sizes) - 1)
    if math.prod(sizes[2:]) >= ENOUGH:
        cut = max(cut, 1)
    cuts = [[slice(at, at + 1) for at in range(size)] for size in sizes[:cut]]
    cuts.append(workers.runs(sizes[cut], max(room // trailing[cut], 1)))
    cuts += [[slice(0, size)] for size in sizes[cut + 1 :]]
    return [Block(samples, groups, tuple(positions)) for samples, groups, *positions in product(*cuts)]


class _Local(threading.local):
    """The workspace of each thread."""

    def __init__(self) -> None:
        self.workspace = Workspace()


_LOCAL = _Local()


def scratch(name: str, shape: Sizes, dtype: np.dtype[np.generic]) -> Array:
    """Return an uninitialized array of this thread under ``name``.

    A thread reuses its memory for every block and every layer, because allocating memory is slow; it is
    freed when the thread ends.
    """
    return _LOCAL.workspace.array(name, math.prod(shape), dtype).reshape(shape)


def columns(images: Array, channels: int, slide: Slide, block: Block) -> Array:
    """Return the columns under the windows of a block: (groups, channels * taps, samples * positions).

    ``images`` are (samples, groups * channels, *spatial).
    """
    run = block.groups.start * channels, block.groups.stop * channels
    selected = images[block.samples, slice(*run)]
    taps, groups = math.prod(slide.size), block.groups.stop - block.groups.start
    shape = groups, channels * taps, len(selected) * math.prod(block.counts)
    alone = taps == len(selected) == max(slide.strides) == 1
    copy = scratch("columns", shape, images.dtype)
    if not alone and columns_into(copy, images, run, slide, block):
        return copy
    windows = _windows(_framed(selected, slide.spans(block.positions)), slide, block.counts)
    if alone:
        return windows.reshape(shape)
    np.copyto(copy.reshape(windows.shape), windows)
    return copy


def _framed(images: Array, spans: Sequence[slice]) -> Array:
    """Return the pixels of ``spans``, with zeros outside the image."""
    spatial = images.shape[2:]
    inside = [slice(max(span.start, 0), min(span.stop, n)) for span, n in zip(spans, spatial, strict=True)]
    taken: Index = (..., *inside)
    if inside == spans:
        whole: Array = images[taken]
        return whole
    shape = *images.shape[:2], *(span.stop - span.start for span in spans)
    frame = scratch("frame", shape, images.dtype)
    frame.fill(0)
    if all(run.start < run.stop for run in inside):
        starts = [run.start - span.start for run, span in zip(inside, spans, strict=True)]
        within = (slice(at, at + run.stop - run.start) for at, run in zip(starts, inside, strict=True))
        target: Index = (..., *within)
        frame[target] = images[taken]
    return frame


def _windows(image: Array, slide: Slide, counts: Sizes) -> Array:
    """Return a view (channels, *taps, samples, *positions) of images (samples, channels, *spatial)."""
    samples, channels, *spatial = image.strides
    taps = (gap * stride for gap, stride in zip(slide.dilation, spatial, strict=True))
    steps = (step * stride for step, stride in zip(slide.strides, spatial, strict=True))
    return as_strided(
        image,
        (image.shape[1], *slide.size, image.shape[0], *counts),
        (channels, *taps, samples, *steps),
        writeable=False,
    )
