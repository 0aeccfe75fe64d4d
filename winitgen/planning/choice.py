"""What is asked when a parameter's scheme is settled, and the answer."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from winitgen.catalog.activations import Applied
from winitgen.catalog.layers.layer import Weight
from winitgen.catalog.schemes import SCHEMES, Init
from winitgen.drawing import keystream
from winitgen.drawing.distributions import Distribution


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
        purpose = getattr(self.distribution, "purpose", "")
        if not purpose:
            return self.distribution
        key = keystream.key(seed, parameter_id, purpose)
        return cast("Distribution", cast("Any", self.distribution).with_words(key))


class SchemeRequest(NamedTuple):
    """A scheme with its words, for one weight.

    ``activation`` is the one the weight's layer meets, ``distribution`` that of names without an ending.
    """

    init: Init
    weight: Weight
    activation: Applied
    distribution: str = "normal"

    def word(self, name: str) -> Any:
        """Return a word of the scheme: as it is given, else the scheme's own."""
        given = self.init.options.get(name)
        return SCHEMES[self.init.scheme].defaults.get(name) if given is None else given

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
