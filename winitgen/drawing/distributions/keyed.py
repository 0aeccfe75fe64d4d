"""The keys of the key streams that a distribution reads besides the main one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from winitgen.drawing.distributions.distribution import Distribution

KeyOf = Callable[[str], bytes]
"""A function of the purpose of a key stream, empty for the main one, that returns its key."""


def keyed(distribution: Distribution, key_of: KeyOf) -> Distribution:
    """Return a distribution with the keys of all key streams that it reads besides the main one.

    One that reads several has ``with_keys``, and one that reads another one names its ``purpose``.
    """
    some: Any = distribution
    if hasattr(some, "with_keys"):
        return cast("Distribution", some.with_keys(key_of))
    purpose = getattr(some, "purpose", "")
    return cast("Distribution", some.with_key(key_of(purpose))) if purpose else distribution
