"""Whether the language can say that a tensor has a scheme: the tensor is planned alone with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

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


TOGETHER = 1 << 10
"""Tensors that are planned as one model: of each alone most of the work is that of a model."""


def planned_alone(
    shape: tuple[int, ...],
    dtype: str,
    init: str | Mapping[str, Any],
    fans: tuple[float, float] | None = None,
) -> Plan | str:
    """Return the plan of a model of one tensor with a scheme, or why there is none."""
    text = json.dumps({"layers": [_line(NAME, shape, dtype, init, fans)]})
    try:
        return plan(json.loads(text)) if len(text) > _SHORT else _planned(text)
    except SpecError as error:
        return error.mistakes[0].message.removeprefix(f"{NAME}: ")


def _line(
    name: str,
    shape: tuple[int, ...],
    dtype: str,
    init: str | Mapping[str, Any],
    fans: tuple[float, float] | None,
) -> dict[str, Any]:
    """Return a layer of one tensor."""
    line: dict[str, Any] = {"name": name, "type": "param", "shape": list(shape), "dtype": dtype, "init": init}
    if fans is not None and all(fan == int(fan) for fan in fans):
        line |= {"fan_in": int(fans[0]), "fan_out": int(fans[1])}
    return line


def _planned(text: str) -> Plan:
    """Return the plan of a layer-spec in JSON; without a parser of YAML, as a file may have thousands of tensors."""
    mistakes = Mistakes(NAME)
    spec = read_nodes(nodes(json.loads(text)), mistakes)
    if spec is None:
        raise SpecError(mistakes.found)
    return plan_of(SpecDraft(spec, mistakes))


class DrawnTensor(NamedTuple):
    """A tensor with the law that draws it; ``init`` is JSON."""

    shape: tuple[int, ...]
    dtype: str
    init: str
    fans: tuple[float, float] | None


def law_of(
    shape: tuple[int, ...], dtype: str, init: str | Mapping[str, Any], fans: tuple[float, float] | None
) -> DrawnTensor:
    """Return a tensor with its law."""
    return DrawnTensor(shape, dtype, json.dumps(init), fans)


def undrawable(laws: Iterable[DrawnTensor]) -> dict[DrawnTensor, str]:
    """Return those of the tensors that a layer-spec cannot hold with their laws, each with the reason.

    Many are planned as one model; only where that has a mistake, each is planned alone.
    """
    different = list(dict.fromkeys(laws))
    found = {}
    for start in range(0, len(different), TOGETHER):
        some = different[start : start + TOGETHER]
        if not _all_drawable(some):
            found.update({law: why for law in some if (why := _why_undrawable(law))})
    return found


def _all_drawable(laws: Sequence[DrawnTensor]) -> bool:
    """Tell whether one layer-spec can hold all these tensors."""
    layers = [
        _line(f"t{number}", law.shape, law.dtype, json.loads(law.init), law.fans)
        for number, law in enumerate(laws)
    ]
    try:
        _planned(json.dumps({"layers": layers}))
    except SpecError:
        return False
    return True


def _why_undrawable(law: DrawnTensor) -> str:
    planned = planned_alone(law.shape, law.dtype, json.loads(law.init), law.fans)
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
