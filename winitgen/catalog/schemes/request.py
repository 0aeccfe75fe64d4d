"""What a scheme is asked to build for one parameter, and what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

if TYPE_CHECKING:
    from winitgen.catalog.activations import Applied
    from winitgen.catalog.layers.layer import Weight
    from winitgen.catalog.schemes.scheme import Init, Scheme
    from winitgen.drawing.distributions.distribution import Distribution

T = TypeVar("T")


class Unfit(Exception):
    """A scheme that cannot be used for this parameter; the text says why."""


class DrawSpec(NamedTuple):
    """How one parameter is drawn: ``mean`` and ``std`` are those its values will have."""

    scheme: str
    formula: str
    distribution: Distribution
    mean: float
    std: float

    def keyed(self, seed: int, parameter_id: str) -> Distribution:
        """Return the distribution; one that reads a second stream of words is given its key."""
        from winitgen.drawing import keystream

        purpose = getattr(self.distribution, "purpose", "")
        if not purpose:
            return self.distribution
        key = keystream.key(seed, parameter_id, purpose)
        return cast("Distribution", cast("Any", self.distribution).with_key(key))


class SchemeRequest(NamedTuple):
    """A scheme with its row and its options, for one weight.

    ``activation`` is the one the weight's layer meets, ``distribution`` that of names without an ending.
    """

    init: Init
    row: Scheme
    weight: Weight
    activation: Applied
    distribution: str = "normal"

    def option(self, name: str, kind: type[T]) -> T:
        """Return an option that is given, or needed, or has a default, which is of this type."""
        value = self.init.options[name] if name in self.init.options else self.row.defaults[name]
        assert isinstance(value, kind), name
        return value

    @property
    def what(self) -> str:
        """The weight, as a message calls it."""
        return f"this {self.weight.role}" if self.weight.role else "this param"


def written(fan: float) -> str:
    """Return a fan as a formula or a table writes it; that of a strided transposed kernel may be no whole one.

    >>> written(4608), written(4608.0), written(64 / 3)
    ('4608', '4608', '21.33')
    """
    return str(int(fan)) if fan == int(fan) else f"{fan:.4g}"
