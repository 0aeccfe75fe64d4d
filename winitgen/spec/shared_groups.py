"""Groups that have the layers of another group: ``tied_to`` of a group, resolved after reading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from winitgen.catalog.layers.containers import Container, Group, Residual
from winitgen.spec.layer_names import outward
from winitgen.spec.mistakes import Location, Mistakes, show
from winitgen.spec.model import Entry, Twin
from winitgen.spec.repetition import MOST_LAYERS

Scope = tuple[str, ...]


class _Place(NamedTuple):
    """Where entries are: the names around them.

    For copies, ``origin`` are the names around what they are copied from, ``copied_at`` is the location of the
    group that copies them, and ``filling`` are the groups that are being copied.
    """

    names: Scope = ()
    origin: Scope = ()
    copied_at: Location | None = None
    filling: tuple[str, ...] = ()

    def inside(self, entry: Entry) -> _Place:
        """Return the place of the entries inside a container."""
        name = (entry.name,) if entry.name else ()
        return self._replace(names=(*self.names, *name), origin=(*self.origin, *name))


def filled(layers: tuple[Entry, ...], mistakes: Mistakes) -> tuple[tuple[Entry, ...], dict[str, Twin]]:
    """Return the layers with those of other groups in tied groups, and the other group of each, by paths."""
    if not _any_tied(layers):
        return layers, {}
    filler = _Filler(layers, mistakes)
    return filler.entries(layers, _Place()), filler.twins


def _any_tied(entries: tuple[Entry, ...]) -> bool:
    """Return whether a group among the entries, or inside them, has one of the options of tied groups."""
    for entry in entries:
        layer = entry.layer
        if isinstance(layer, Container):
            if isinstance(layer, Group) and (layer.tied_to, layer.tied) != (None, None):
                return True
            if _any_tied(layer.layers) or (isinstance(layer, Residual) and _any_tied(layer.shortcut or ())):
                return True
    return False


class _Filler:
    """Fills the groups of one model."""

    def __init__(self, layers: tuple[Entry, ...], mistakes: Mistakes) -> None:
        self.mistakes = mistakes
        self.twins: dict[str, Twin] = {}
        self.count = 0
        self.named: dict[str, Entry] = {}
        for path, entry in _paths(layers, ()):
            self.named.setdefault(path, entry)

    def entries(self, entries: tuple[Entry, ...], place: _Place) -> tuple[Entry, ...]:
        """Return entries with their groups filled."""
        return tuple(self._entry(entry, place) for entry in entries)

    def _entry(self, entry: Entry, place: _Place) -> Entry:
        layer, location = entry.layer, place.copied_at or entry.location
        self.count += place.copied_at is not None
        if self.count > MOST_LAYERS or not isinstance(layer, Container):
            return entry._replace(location=location)
        if isinstance(layer, Group) and (layer.tied_to is not None or layer.tied is not None):
            return self._group(entry._replace(location=location), layer, place.inside(entry))
        changed = {"layers": self.entries(layer.layers, place.inside(entry))}
        if isinstance(layer, Residual) and layer.shortcut:
            changed["shortcut"] = self.entries(layer.shortcut, place.inside(entry))
        return Entry(msgspec.structs.replace(layer, **changed), entry.name, location)

    def _group(self, entry: Entry, group: Group, inside: _Place) -> Entry:
        """Return a tied group with the layers of the other one; without them if there is a mistake."""
        target = self._target(group, inside.origin)
        problem = self._problem(entry, group, inside, target)
        if problem is not None:
            key, message = problem
            self.mistakes.add(entry.location.of(key), message)
            return entry._replace(layer=None)
        self.twins[".".join(inside.names)] = Twin(target, group.tied == "omit")
        other = self.named[target].layer
        assert isinstance(other, Group)
        copies = self.entries(
            other.layers,
            _Place(inside.names, tuple(target.split(".")), entry.location, (*inside.filling, target)),
        )
        if self.count > MOST_LAYERS:
            self.mistakes.add(entry.location, f"more than {MOST_LAYERS} layers, with tied groups filled")
            return entry._replace(layer=None)
        return entry._replace(layer=msgspec.structs.replace(group, layers=copies))

    def _target(self, group: Group, scope: Scope) -> str:
        """Return the path that ``tied_to`` means, or nothing; ``scope`` ends in the group itself."""
        return next((path for path in outward(group.tied_to or "", scope[:-1]) if path in self.named), "")

    def _problem(self, entry: Entry, group: Group, inside: _Place, target: str) -> tuple[str, str] | None:
        """Return the key and the message of a mistake in a group, or None."""
        if group.tied_to is None:
            return "tied", "tied needs 'tied_to', the group whose values this one has"
        if group.layers:
            return "layers", f"these layers are those of '{group.tied_to}'; leave layers out"
        message = "a group with tied_to needs a name, which its tensors have instead of the other's"
        if entry.name:
            message = self._unfit(group.tied_to, inside, target)
        return ("tied_to", message) if message else None

    def _unfit(self, name: str, inside: _Place, target: str) -> str:
        """Return why a group cannot be tied to ``target``, which ``name`` means, or nothing."""
        if not target:
            return f"no group is called {show(name)}{self.mistakes.suggest(name, self.named) or '; name one of this spec'}"
        other, own = self.named[target].layer, ".".join(inside.origin)
        message = ""
        if other is None:
            message = f"'{target}' has mistakes itself"
        elif f"{own}.".startswith(f"{target}.") or target in inside.filling:
            message = f"'{target}' would hold itself; name a group outside of it"
        elif not isinstance(other, Group):
            message = f"'{target}' is a {other.type}; tied_to of a group names another group"
        elif other.tied_to is not None:
            message = f"'{target}' is tied itself; name the group that draws the values"
        return message


def _paths(entries: tuple[Entry, ...], scope: Scope) -> Iterator[tuple[str, Entry]]:
    """Yield every entry with a name, with its path."""
    for entry in entries:
        inner = (*scope, entry.name) if entry.name else scope
        if entry.name:
            yield ".".join(inner), entry
        if isinstance(entry.layer, Container):
            yield from _paths(entry.layer.layers, inner)
            if isinstance(entry.layer, Residual):
                yield from _paths(entry.layer.shortcut or (), inner)
