"""What is repeated and what is left out: ``when``, ``vars``, and the scope of each repetition of a ``repeat``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from winitgen.catalog.layers.containers import Repeat
from winitgen.spec.absence import given
from winitgen.spec.fields import BAD, Scope, mapping_of, value_of
from winitgen.spec.mistakes import Round, show
from winitgen.spec.nodes import Mapping, Node, Scalar
from winitgen.spec.nodes import Sequence as ListNode
from winitgen.spec.variables import inner_name_problem, read_value, set_variables

MOST_LAYERS = 50_000
ITEM = "item"
NAMES_PER_STEP = 50
"""How many variables are handed to a repetition in the time of one step of an expression."""


def read_when(mapping: Mapping, path: str, scope: Scope) -> bool | Any:
    """Return whether a layer is there, or `BAD`."""
    node = mapping.pairs["when"][1]
    value = value_of(node, f"{path}.when", scope)
    if value is BAD or isinstance(value, bool):
        return value
    return scope.fail(node, f"{path}.when", f"expected true or false, not {show(value)}")


def set_inner_variables(mapping: Mapping, path: str, scope: Scope, taken: Sequence[str] = ()) -> None:
    """Add the ``vars`` of a container, if it has any, to ``scope``; none may be called as ``taken``."""
    node = given(mapping, "vars", scope)
    found = None if node is None else mapping_of(node, f"{path}.vars", scope, "'vars'", "{width: 64}")
    if found is None:
        return
    sound = {}
    for name, pair in found.pairs.items():
        problem = inner_name_problem(name, scope.indices)
        if name in taken:
            problem = (
                f"the variable {show(name)} hides the item of the repeat; rename it, or the item with 'as'"
            )
        if problem:
            scope.fail(pair[0], f"{path}.vars.{show(name)[1:-1]}", problem)
        else:
            sound[name] = pair
    set_variables(sound, f"{path}.vars", scope)


class Loop(msgspec.Struct, frozen=True):
    """The repetitions of one ``repeat``: ``items`` is None if it only counts."""

    mapping: Mapping
    once: Repeat
    path: str
    scope: Scope
    times: int
    items: tuple[Any, ...] | None

    def scopes(self) -> Iterator[Scope]:
        """Yield the scope of each repetition, its item's fields and its own variables in it."""
        for place in range(self.times):
            yield self._scope(place)

    def _scope(self, place: int) -> Scope:
        once, number = self.once, self.once.start + place
        if self.items is None:
            rounds = (Round(once.index, number),) if place else ()
            inner = self.scope.within(once.index, number, self.scope.rounds + rounds)
            named: tuple[str, ...] = ()
        else:
            name, item = once.as_ or ITEM, self.items[place]
            rounds = (Round(once.index, number, name, item),)
            inner = self.scope.within(once.index, number, self.scope.rounds + rounds)
            inner.names |= item if isinstance(item, dict) else {}
            inner.names[name] = item
            named = (name,)
        if len(inner.names) >= NAMES_PER_STEP:
            self.scope.spend(len(inner.names) // NAMES_PER_STEP, self.mapping, self.path)
        if "vars" in self.mapping.pairs:
            set_inner_variables(self.mapping, self.path, inner, named)
        return inner


def read_loop(mapping: Mapping, once: Repeat, path: str, scope: Scope) -> Loop | None:
    """Return the repetitions of a repeat, or None with the mistake noted."""
    over = given(mapping, "over", scope)
    problem = _contradiction(over, once)
    if problem:
        key, message = problem
        scope.fail(mapping.pairs[key][1] if key else mapping, f"{path}.{key}" if key else path, message)
        return None
    items = None if over is None else _items(over, once, f"{path}.over", scope)
    if items is BAD:
        return None
    count = once.times or 0 if items is None else len(items)
    if count > MOST_LAYERS:
        key = "times" if items is None else "over"
        at = mapping.pairs[key][1]
        scope.fail(at, f"{path}.{key}", f"more than {MOST_LAYERS} layers, with repeats expanded")
        return None
    name = given(mapping, "name", scope)
    if count > 1 and not _distinct(mapping, name, _known(mapping, once, items or ())):
        message = f"a repeat needs its index in its name, such as 'h.{{{once.index}}}'"
        scope.fail(name or mapping, f"{path}.name", message)
        return None
    return Loop(mapping, once, path, scope, count, items)


def _contradiction(over: Node | None, once: Repeat) -> tuple[str, str] | None:
    """Return the key at fault and what is wrong, if the options of a repeat do not go together."""
    if over is None and once.times is None:
        return "", "repeat needs times or over"
    if over is not None and once.times is not None:
        return "times", "a repeat has times or over, not both; over repeats once for each item"
    if over is None and once.as_ is not None:
        return "as", "'as' names the item of 'over', which this repeat does not have; leave it out"
    if once.as_ == once.index:
        return "as", f"the item and the index are both called {show(once.index)}; rename one"
    return None


def _items(node: Node, once: Repeat, path: str, scope: Scope) -> tuple[Any, ...] | Any:
    """Return the items of ``over``, or `BAD`."""
    value = read_value(node, path, scope)
    if value is BAD:
        return BAD
    if not isinstance(value, tuple):
        return scope.fail(node, path, f"expected a list, such as ${{stages}}, not {show(value)}")
    scope.spend(sum(len(fields) for fields in value if isinstance(fields, dict)), node, path)
    item = once.as_ or ITEM
    indices = {**scope.indices, once.index: once.start}
    problems = {item: inner_name_problem(item, scope.indices)}
    for place, fields in enumerate(value):
        for name in fields if isinstance(fields, dict) else ():
            if name not in problems:
                problems[name] = inner_name_problem(name, indices)
            if problems[name] or name == item:
                hides = f"the field {show(name)} hides the item itself; rename it, or the item with 'as'"
                at = node.items[place] if isinstance(node, ListNode) else node
                return scope.fail(at, f"{path}[{place}]", problems[name] or hides)
    return scope.fail(node, path, problems[item]) if problems[item] else value


def _known(mapping: Mapping, once: Repeat, items: tuple[Any, ...]) -> set[str]:
    """Return the variables that each repetition has anew."""
    fields = {name for item in items if isinstance(item, dict) for name in item}
    node = mapping.pairs["vars"][1] if "vars" in mapping.pairs else None
    own = set(node.pairs) if isinstance(node, Mapping) else set()
    return {once.index, once.as_ or ITEM} | fields | own


def _distinct(mapping: Mapping, name: Node | None, known: set[str]) -> bool:
    """Return whether the repetitions have different names, as far as can be seen before they are read.

    Without a name, it is enough that a layer inside has a name with a variable of the repetition in it.
    """
    if name is not None:
        return not isinstance(name, Scalar) or _holds(name.text, known)
    return any(_holds(text, known) for text in _names_inside(mapping.pairs["layers"][1]))


def _names_inside(node: Node) -> Iterator[str]:
    """Yield the names of layers, and of those inside layers without one; the ``start`` of a repeat is in its names."""
    for layer in node.items if isinstance(node, ListNode) else ():
        if not isinstance(layer, Mapping):
            continue
        at = [layer.pairs[key][1] for key in ("name", "start") if key in layer.pairs]
        yield from (text.text for text in at if isinstance(text, Scalar))
        if "name" not in layer.pairs and "layers" in layer.pairs:
            yield from _names_inside(layer.pairs["layers"][1])


def _holds(text: str, known: set[str]) -> bool:
    """Return whether a name contains one of the variables, as ``{i}`` or inside ``${...}``."""
    braces = re.findall(r"\{([^{}]*)\}", text)
    return any(word in known for inside in braces for word in re.findall(r"\w+", inside))
