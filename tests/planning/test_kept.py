"""Results kept beside what they were made from."""

from __future__ import annotations

import gc
import weakref
from dataclasses import dataclass, field

from winitgen.planning.kept import Kept


@dataclass(frozen=True)
class Thing:
    """Something that is equal to others and has no hash, as a spec."""

    options: dict[str, int] = field(default_factory=dict)


def test_a_result_belongs_to_one_object() -> None:
    """Equal objects have results of their own; the latest counts."""
    kept: Kept[Thing, str] = Kept()
    first, second = Thing(), Thing()

    assert "old" == kept.keep(first, "old")
    assert "new" == kept.keep(first, "new")
    assert ["new", None] == [kept.of(first), kept.of(second)]


def test_a_result_goes_with_its_object() -> None:
    """A result that can no longer be requested takes no memory."""
    kept: Kept[Thing, Thing] = Kept()
    source, result = Thing(), Thing()
    kept.keep(source, result)
    gone = weakref.ref(result)

    del result
    gc.collect()
    assert gone() is kept.of(source)

    del source
    gc.collect()
    assert gone() is None
