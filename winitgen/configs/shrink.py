"""The smallest config that keeps every kind of tensor, for the tests of a program that reads checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from winitgen.configs.per_layer import LAYERS, fitted, kinds, lists_of_layers
from winitgen.configs.values import Values
from winitgen.spec.expressions import substitute
from winitgen.spec.fields import NAME
from winitgen.spec.mistakes import show
from winitgen.spec.operations import BadExpression, is_number


def small_fields(values: Values) -> dict[str, Any]:
    """Return the variables of a small model, by the family's ``small``, and the lists and tokens that depend on them.

    No number grows, except those that the family checks against each other, such as heads, which stay together as
    ``small`` has them. An expression in ``small`` has the values of the config, and the small ones before it as
    ``small.NAME``. A list with an item for each layer keeps one of each kind. Tokens beyond the vocabulary move
    to its end.
    """
    small: dict[str, Any] = {}
    together = {name for check in values.family.checks for name in NAME.findall(check.that)}
    together |= {name for name, parts in values.family.pairs.items() if not together.isdisjoint(parts)}
    for name, wanted in values.family.small.items():
        if _stays(values, name):
            continue
        try:
            value = _evaluated(wanted, {**values.all, "small": small})
        except BadExpression as error:
            raise values.template.mistake(f"small.{name}", str(error)) from None
        if name in (*LAYERS, "vocab_size") and type(value) is not int:
            message = f"expected a whole number, not {show(value)}"
            raise values.template.mistake(f"small.{name}", message)
        own = values.all.get(
            name
        )  # of a field that changes no tensor there is none, but it must fit those that do
        alone = is_number(value) and is_number(own) and name not in together
        small[name] = min(own, value) if alone else value
    return small | _lists(values, small) | _tokens(values, small)


def _stays(values: Values, name: str) -> bool:
    """Return whether a variable stays as it is: one that is null, or that others give as the config does not."""
    if name not in values.all:
        return False
    return values.all[name] is None or (name not in values.given and values.is_computed(name))


def _evaluated(wanted: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(wanted, list):
        return [_evaluated(item, names) for item in wanted]
    return substitute(wanted, names) if isinstance(wanted, str) and "${" in wanted else wanted


def _lists(values: Values, small: Mapping[str, Any]) -> dict[str, Any]:
    """Return lists with an item for each layer, cut; the number of layers grows if there are more kinds."""
    name = next((name for name in LAYERS if name in small), None)
    if name is None:
        return {}
    lists = lists_of_layers(values.config.fields, values.all.get(name))
    lists = {key: items for key, items in lists.items() if key not in {*small, *values.family.derived}}
    count = max([small[name], *(len(kinds(items)) for items in lists.values())])
    return {name: count} | {key: fitted(items, count) for key, items in lists.items()}


def _tokens(values: Values, small: Mapping[str, Any]) -> dict[str, Any]:
    """Return the special tokens that a smaller vocabulary does not have, as its last ones."""
    size = small.get("vocab_size")
    if size is None:
        return {}
    moved: dict[int, int] = {}

    def token(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [token(item) for item in value]
        if not isinstance(value, int) or isinstance(value, bool) or value < size:
            return value
        return moved.setdefault(value, size - 1 - len(moved) % size)

    fields = {
        name: value
        for name, value in {**values.all, **values.config.fields}.items()
        if name.endswith(("_token_id", "_token_index")) and value is not None
    }
    return {name: new for name, value in fields.items() if (new := token(value)) != value}
