"""Whether the language can say that a tensor has a scheme: the tensor is planned alone with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from winitgen.errors import SpecError
from winitgen.load import SpecDraft, plan, plan_of
from winitgen.planning.choose import DRAWABLE
from winitgen.planning.plan import Plan
from winitgen.spec.document import read_nodes
from winitgen.spec.json_nodes import nodes
from winitgen.spec.mistakes import Mistakes

NAME = "tensor"
_SHORT = 1000
"""Characters of a layer-spec that holds fewer values than any limit of a file."""

ROOM = 4.0
"""By what factor the standard deviation of a law may differ from the spread by which it is drawn, generously."""


def planned_alone(
    shape: tuple[int, ...],
    dtype: str,
    init: str | Mapping[str, Any],
    fans: tuple[float, float] | None = None,
) -> Plan | str:
    """Return the plan of a model of one tensor with a scheme, or why there is none."""
    line: dict[str, Any] = {
        "name": NAME,
        "type": "param",
        "shape": list(shape),
        "dtype": dtype,
        "init": init,
    }
    if fans is not None and all(fan == int(fan) for fan in fans):
        line |= {"fan_in": int(fans[0]), "fan_out": int(fans[1])}
    text = json.dumps({"layers": [line]})
    try:
        return plan(json.loads(text)) if len(text) > _SHORT else _planned(text)
    except SpecError as error:
        return error.mistakes[0].message.removeprefix(f"{NAME}: ")


def _planned(text: str) -> Plan:
    """Return the plan of a layer-spec in JSON; without a parser of YAML, as a file may have thousands of tensors."""
    mistakes = Mistakes(NAME)
    spec = read_nodes(nodes(json.loads(text)), mistakes)
    if spec is None:
        raise SpecError(mistakes.found)
    return plan_of(SpecDraft(spec, mistakes))


def why_undrawable(
    shape: tuple[int, ...], dtype: str, init: str | Mapping[str, Any], fans: tuple[float, float] | None
) -> str:
    """Return why a layer-spec cannot hold a tensor with this law, or an empty text."""
    return _why_undrawable(shape, dtype, json.dumps(init), fans)


@lru_cache(maxsize=1 << 10)
def _why_undrawable(shape: tuple[int, ...], dtype: str, init: str, fans: tuple[float, float] | None) -> str:
    planned = planned_alone(shape, dtype, json.loads(init), fans)
    return planned if isinstance(planned, str) else ""


def undrawable_spread(std: float, dtype: str, drawn_in: str) -> str:
    """Return that no law has so small or so large a standard deviation in a number format, or an empty text.

    >>> undrawable_spread(1e-40, "float32", "float32")
    'a spread of 1e-40 is outside the range 1e-25 to 1e+30 in which float32 is drawn'
    """
    smallest, largest = DRAWABLE[drawn_in]
    if smallest / ROOM <= std <= largest * ROOM:
        return ""
    spread = f"of {std:.4g}" if std else "below 5e-324"
    return f"a spread {spread} is outside the range {smallest:g} to {largest:g} in which {dtype} is drawn"
