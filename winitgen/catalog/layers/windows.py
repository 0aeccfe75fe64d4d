"""Windows over the spatial axes of an image: what convolutions and poolings share."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from winitgen.catalog.layers.flow import UNKNOWN, Flow, Refusal, Shape
from winitgen.catalog.layers.kinds import Padding, Sizes
from winitgen.catalog.layers.layer import Layer, per_axis, refuse_tokens
from winitgen.numeric.amount import amount

AXES = ("channels, length", "channels, height, width", "channels, depth, height, width")

Numbers = tuple[int, ...]


class Window(NamedTuple):
    """How windows are laid over an image, as one number for each spatial axis.

    Tap t of window j covers the image position j * stride + t * dilation - before. ``before`` and ``after``
    are the padding on either side of the image. A negative ``after`` is the number of positions after the
    last window, which a transposed convolution leaves empty.
    """

    size: Numbers
    strides: Numbers
    dilation: Numbers
    before: Numbers
    after: Numbers

    @property
    def reach(self) -> Numbers:
        """The number of positions that one window spans: d (k - 1) + 1."""
        return reaches(self.size, self.dilation)


def reaches(size: Numbers, dilation: Numbers) -> Numbers:
    """Return the number of positions that a window of each size spans."""
    return tuple(gap * (taps - 1) + 1 for taps, gap in zip(size, dilation, strict=True))


class Windowed(Layer, frozen=True, kw_only=True):
    """A layer whose windows slide over the spatial axes of its input."""

    rank: ClassVar[int]
    """The number of spatial axes."""
    size_key: ClassVar[str]
    """The option that states the size of the window."""

    if TYPE_CHECKING:  # each family has the fields in another order
        strides: Sizes | None
        padding: Padding

    @property
    def window_size(self) -> Sizes:
        """The number of taps."""
        raise NotImplementedError

    @property
    def dilation(self) -> Sizes:
        """The distance between taps."""
        return 1

    def window(self, incoming: Flow | None) -> Window:
        """Return how the windows are laid over ``incoming``; without strides they move by their own size.

        Padding that depends on an unknown size is 0. Raises `Refusal` for a list of numbers with
        another length than there are axes.
        """
        size = per_axis(self, self.size_key, self.window_size, self.rank)
        strides = size if self.strides is None else per_axis(self, "strides", self.strides, self.rank)
        dilation = per_axis(self, "dilation", self.dilation, self.rank)
        pads = self.pads(spatial_sizes(incoming, self.rank), reaches(size, dilation), strides)
        before, after = zip(*pads, strict=True)
        return Window(size, strides, dilation, before, after)

    def pads(self, sizes: Shape, reach: Numbers, strides: Numbers) -> list[tuple[int, int]]:
        """Return the padding before and after each axis of these ``sizes``.

        With ``same``, ceil(L / s) windows cover L positions. Half of the padding that they need goes before
        the first position, and the rest, which may be one more, after the last, as in TensorFlow, Keras
        and Flax.
        """
        if self.padding != "same":
            stated = 0 if self.padding == "valid" else self.padding
            return [(pad, pad) for pad in per_axis(self, "padding", stated, self.rank)]
        return [
            halves(0 if length is None else max((-(-length // step) - 1) * step + over - length, 0))
            for length, over, step in zip(sizes, reach, strides, strict=True)
        ]

    def slide(self, incoming: Flow | None, channels: int | None) -> Flow:
        """Return the flow of ``channels`` with one position for each window.

        Raises `Refusal` if the window does not fit.
        """
        window = self.window(incoming)
        if incoming is not None and incoming.shape is None:
            return UNKNOWN
        lengths = spatial_sizes(incoming, self.rank)
        counts = [
            None if length is None else self.positions(length, axis, window, incoming)
            for axis, length in enumerate(lengths)
        ]
        return Flow((channels, *counts), image=True)

    def positions(self, length: int, axis: int, window: Window, incoming: Flow | None) -> int:
        """Return floor((L + before + after - reach) / s) + 1, the windows along an axis of length L."""
        reach, room = window.reach[axis], length + window.before[axis] + window.after[axis]
        if reach > room:
            padded = " with its padding" if room > length else ""
            raise Refusal(
                self.size_key,
                f"the window spans {amount(reach, 'position')}, but axis {axis + 1} of {incoming} has {room}{padded}",
            )
        return (room - reach) // window.strides[axis] + 1


def check_image(layer: Layer, incoming: Flow | None, rank: int) -> None:
    """Raise `Refusal` unless channels and ``rank`` spatial axes flow in, as far as the flow is known."""
    refuse_tokens(layer, incoming)
    if incoming is None or incoming.shape is None:
        return
    if len(incoming.shape) != rank + 1:
        raise Refusal("", f"{layer.type} takes {rank + 1} axes ({AXES[rank - 1]}), but {incoming} flows in")


def spatial_sizes(incoming: Flow | None, rank: int) -> Shape:
    """Return the sizes of the ``rank`` spatial axes, None for each that is unknown."""
    return incoming.shape[1:] if incoming is not None and incoming.shape else (None,) * rank


def halves(total: int) -> tuple[int, int]:
    """Return ``total`` in two halves, the second the larger if it is odd; a negative one is all in the second."""
    before = max(total, 0) // 2
    return before, total - before
