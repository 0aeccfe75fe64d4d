"""Windows of an image, and the blocks in which they are worked on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Sizes = tuple[int, ...]


class Slide(NamedTuple):
    """The windows over an image, with one number per spatial axis.

    Tap t of the window at position j < ``counts`` is at pixel j * stride + t * dilation - before. Pixels
    outside the image are 0.
    """

    size: Sizes
    strides: Sizes
    dilation: Sizes
    before: Sizes
    counts: Sizes

    def spans(self, positions: Sequence[slice]) -> list[slice]:
        """Return the pixels that the windows at these positions cover, including those outside the image."""
        spans = []
        for run, size, step, gap, before in zip(
            positions, self.size, self.strides, self.dilation, self.before, strict=True
        ):
            first = run.start * step - before
            spans.append(slice(first, first + (run.stop - run.start - 1) * step + (size - 1) * gap + 1))
        return spans


class Block(NamedTuple):
    """One block of work: runs of samples, of groups of channels, and of positions on each axis.

    The positions are contiguous: single ones on some axes, a run on the next, all on the rest.
    """

    samples: slice
    groups: slice
    positions: tuple[slice, ...]

    @property
    def counts(self) -> Sizes:
        """The number of positions on each axis."""
        return tuple(run.stop - run.start for run in self.positions)
