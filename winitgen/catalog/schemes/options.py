"""The options of schemes: type, limits, and description for messages and editors."""

from __future__ import annotations

from types import GenericAlias
from typing import Annotated, Any, Literal, Self

from winitgen.numeric.kept_property import kept_property


class Option:
    """One value: its description, its type, and its limits by msgspec's names, such as ``gt``.

    ``meaning`` is what the option says, which `means` gives an option that several schemes share.
    """

    meaning = ""

    def __init__(self, expected: str, kind: type = float, **limits: float) -> None:
        self.expected = expected
        self.kind = kind
        self.limits = limits

    def means(self, meaning: str) -> Self:
        """Return an option of the same values with this meaning."""
        option = object.__new__(type(self))  # copy() takes ten times as long
        vars(option).update(vars(self), meaning=meaning)
        return option

    @kept_property
    def hint(self) -> Any:
        """The type, as msgspec converts values to it and writes its schema.

        msgspec is imported only when a spec is read: listing the schemes does not need it.
        """
        return _annotated(self.kind, description=self.expected, **self.limits)


class Choice(Option):
    """One of several names."""

    def __init__(self, *choices: str) -> None:
        *others, last = choices
        super().__init__(f"{', '.join(others)} or {last}", str)
        self.choices = choices

    @kept_property
    def hint(self) -> Any:
        """The names, as msgspec takes them."""
        return _annotated(Literal[self.choices], description=self.expected)


class Bounds(Option):
    """Where a normal distribution is cut: at one number on either side, or at a pair."""

    @kept_property
    def hint(self) -> Any:
        """Either form, as msgspec takes it."""
        pair = _annotated(GenericAlias(tuple, (REAL.hint, ...)), min_length=2, max_length=2)
        return _annotated(POSITIVE.hint | pair, description=self.expected)


class Gain(Option):
    """A number, or a name that the reader looks up among the activations."""

    @kept_property
    def hint(self) -> Any:
        """A number or any text, as msgspec takes it."""
        return _annotated(NOT_NEGATIVE.hint | str, description=self.expected)


class Sizes(Option):
    """One size or several, at most ``most``, none above ``largest``, such as those of a window."""

    def __init__(self, expected: str, most: int, largest: int) -> None:
        super().__init__(expected)
        self.most, self.largest = most, largest

    @kept_property
    def hint(self) -> Any:
        """The list, as msgspec takes it."""
        size = _annotated(int, ge=1, le=self.largest)
        return _annotated(
            GenericAlias(tuple, (size, ...)), min_length=1, max_length=self.most, description=self.expected
        )


class Numbers(Option):
    """A list of numbers, such as the elements of a small tensor."""

    @kept_property
    def hint(self) -> Any:
        """The list, as msgspec takes it."""
        numbers = GenericAlias(tuple, (REAL.hint, ...))
        return _annotated(numbers, min_length=1, max_length=MOST_NUMBERS, description=self.expected)


class Digest(Option):
    """A SHA-256 in hexadecimal."""

    @kept_property
    def hint(self) -> Any:
        """The text, as msgspec takes it."""
        return _annotated(str, pattern="^[0-9a-f]{64}$", description=self.expected)


class Inits(Option):
    """A list of schemes, which the reader reads one by one."""


MOST_BLOCKS = 64
"""The longest list of `Inits`."""

MOST_NUMBERS = 4096
"""The longest list of `Numbers`."""


def _annotated(kind: Any, **facts: Any) -> Any:
    from msgspec import Meta

    return Annotated[kind, Meta(**facts)]


REAL = Option("a number")
POSITIVE = Option("a number above 0", gt=0)
NOT_NEGATIVE = Option("a number of at least 0", ge=0)
PROBABILITY = Option("a number above 0 and below 1", gt=0, lt=1)
WHOLE = Option("a whole number from -2^53 to 2^53", int, ge=-(2**53), le=2**53)
COUNT = Option("a whole number of at least 1", int, ge=1, le=2**40)
SIZES = Sizes("a list of one to three whole numbers of at least 1, such as [7, 7]", 3, 2**20)
AXIS = Option("a whole number from 0 to 7", int, ge=0, le=7)
BLOCK_SIZES = Sizes(
    f"a list of 1 to {MOST_BLOCKS} whole numbers of at least 1, such as [512, 256]", MOST_BLOCKS, 2**40
)
INITS = Inits(f"a list of 1 to {MOST_BLOCKS} schemes, such as [xavier, zeros]")
NUMBERS = Numbers("a list of 1 to 4,096 numbers, such as [0.5, 1, 2]")
TEXT = Option("text", str)
SHA256 = Digest("64 hexadecimal digits, in lower case")
SWITCH = Option("true or false", bool)
MODE = Choice("fan_in", "fan_out", "fan_avg").means(
    "Fan that divides the variance; fan_avg is the mean of both"
)
DISTRIBUTION = Choice("normal", "uniform", "truncated_normal").means(
    "Distribution of the values; if absent, as in the defaults"
)
BOUNDS = Bounds("a number above 0, or a pair [low, high], in standard deviations before the cut").means(
    "Where a truncated normal is cut"
)
CORRECT = SWITCH.means("Whether std is the standard deviation after the cut, or the one before it")
GAIN = Gain("a number of at least 0, 'auto', 'torch', or the name of an activation").means(
    "Factor on the standard deviation: a number, or the gain of an activation"
)
GAIN_RULE = Choice("forward", "variance", "backward").means(
    "Which gain of the activation: the one that keeps the second moment, the variance, or the gradient"
)
MEAN = REAL.means("Mean")
STD = NOT_NEGATIVE.means("Standard deviation")
