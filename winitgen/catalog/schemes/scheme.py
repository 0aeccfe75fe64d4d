"""The contract of a scheme: its row, the request that its builder gets, and the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

if TYPE_CHECKING:
    from winitgen.catalog.activations import Applied
    from winitgen.catalog.init import Init, Value
    from winitgen.catalog.layers.weight import Weight
    from winitgen.catalog.schemes.options import Option
    from winitgen.drawing.distributions.distribution import Distribution

T = TypeVar("T")


class Scheme(msgspec.Struct, frozen=True):
    """One row: the name in a spec, the formula with its paper, the options, and the builder.

    ``build`` turns a request for the scheme into the distribution to draw from. ``options`` are the
    keys that a mapping with this scheme may have, each with the values it takes, ``needs`` are the required
    ones, ``needs_one_of`` those of which one is, and ``defaults`` the values of others that are left out. ``scale``, ``mode`` and ``distribution``
    are the row's terms in the common formula: a scheme with a ``mode`` depends on the fans, and an empty
    ``distribution`` stands for the spec's default. ``whole`` says that the values may all be whole numbers,
    so that a buffer of integers can have the scheme. ``computed`` says of how many numbers the time of some ten
    multiplications with many digits is spent when a weight is planned; it is given where these are many.
    """

    name: str
    formula: str
    paper: str
    build: Callable[[SchemeRequest], DrawSpec]
    options: Mapping[str, Option] = MappingProxyType({})
    needs: tuple[str, ...] = ()
    needs_one_of: tuple[str, ...] = ()
    defaults: Mapping[str, Value] = MappingProxyType({})
    scale: float = 0.0
    mode: str = ""
    distribution: str = ""
    whole: bool = False
    computed: Callable[[Weight], int] | None = None

    @property
    def implied(self) -> dict[str, Value]:
        """The values that options have if they are not given."""
        return {"bounds": 2.0, "correct": True, "mode": self.mode, "scale": self.scale, **self.defaults}


class Unfit(Exception):
    """A scheme that cannot be used for this parameter; the text says why."""


class DrawSpec(NamedTuple):
    """How one parameter is drawn; ``mean`` and ``std`` are those of the values to be drawn.

    ``parts`` are those of its blocks, if it has any.
    """

    scheme: str
    formula: str
    distribution: Distribution
    mean: float
    std: float
    parts: tuple[DrawSpec, ...] = ()


class SchemeRequest(NamedTuple):
    """A scheme with its row and its options, for one weight.

    ``activation`` is the one that the output of the weight's layer meets; ``distribution`` is used for names
    without an ending. ``narrow`` says that values are rounded once more, from the drawing precision to the file's.
    """

    init: Init
    row: Scheme
    weight: Weight
    activation: Applied
    distribution: str = "normal"
    narrow: bool = False

    def option(self, name: str, kind: type[T]) -> T:
        """Return an option, or its default if it is not given; it must be of type ``kind``."""
        value = self.init.options[name] if name in self.init.options else self.row.defaults[name]
        assert isinstance(value, kind), name
        return value

    @property
    def what(self) -> str:
        """The name of the weight in a message."""
        return f"this {self.weight.role}" if self.weight.role else "this param"


def written(fan: float) -> str:
    """Return a fan as text for a formula or a table; that of a strided transposed kernel may be a fraction.

    >>> written(4608), written(4608.0), written(64 / 3)
    ('4608', '4608', '21.33')
    """
    return str(int(fan)) if fan == int(fan) else f"{fan:.4g}"
