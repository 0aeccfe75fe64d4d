"""What flows between layers: the sizes of one sample, and the refusal of a flow that does not fit."""

from __future__ import annotations

from typing import NamedTuple

MOST_AXES = 8
LARGEST_FLOW = 2**62
"""The most values of one sample: a signed 64-bit number can count them, with a bit to spare."""

Shape = tuple[int | None, ...]


class Refusal(Exception):
    """A layer that does not fit what flows into it: the key at fault (or empty), and what is wrong."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


class Flow(NamedTuple):
    """What flows from one layer into the next, for one sample.

    ``shape`` is channels first; an unknown size is None, and so is a shape that is wholly unknown.
    ``image`` says that the axes are channels and spatial axes, as a convolution or a pooling outputs them, and
    as a model's input of three or more axes has them;
    ``tokens`` says that the values are whole numbers, for an embedding.
    """

    shape: Shape | None
    image: bool = False
    tokens: bool = False

    def __str__(self) -> str:
        if self.shape is None:
            return "(?)"
        inner = ", ".join("?" if size is None else str(size) for size in self.shape)
        return f"({inner},)" if len(self.shape) == 1 else f"({inner})"


def fit(one: Shape | None, other: Shape | None) -> bool:
    """Return whether two shapes are equal, as far as they are known.

    >>> fit((3, None), (3, 8)), fit((3, 4), (3, 8)), fit(None, (3, 8))
    (True, False, True)
    """
    if one is None or other is None:
        return True
    return len(one) == len(other) and all(
        x == y for x, y in zip(one, other, strict=True) if None not in (x, y)
    )


UNKNOWN = Flow(None)
"""A flow after a mistake: everything fits it, so that one mistake is reported once."""
