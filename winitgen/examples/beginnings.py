"""Templates: a commented layer-spec of one's own, with the sizes that were asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import NamedTuple

from winitgen import load
from winitgen.errors import UsageError
from winitgen.spec.mistakes import show
from winitgen.spec.operations import Plain
from winitgen.spec.scalars import resolve

_FILE = "model.yaml"
"""What the commands in a template's comment call it."""


class Beginning(NamedTuple):
    """The variables of a template that an option of its own replaces.

    ``sample`` are those of ``--input``, with ``shape`` as their example and their names in a message; ``units`` and
    ``classes`` those of the options with these names.
    """

    sample: tuple[str, ...]
    shape: str
    units: str
    classes: str


TEMPLATES = {
    "mlp": Beginning(("inputs",), "784", "units", "classes"),
    "cnn": Beginning(("channels", "height", "width"), "3,32,32", "filters", "classes"),
    "transformer": Beginning(("tokens",), "128", "width", "vocabulary"),
}
"""Every template by its name."""


def beginning(kind: str, variables: Mapping[str, Plain], file: str = _FILE) -> str:
    """Return the text of a template with other values of its variables; ``file`` is its name in its own comment.

    Raises `SpecError` if it cannot be planned with these, `UsageError` for a variable that it has not.
    """
    text = (files("winitgen") / "examples" / "templates" / f"{kind}.yaml").read_text(encoding="utf-8")
    load.parse_spec(text.encode(), kind, variables=variables)
    for name, value in variables.items():
        text = _replaced(text, name, _written(value))
    return text.replace(_FILE, file)


def sample_variables(kind: str, shape: str) -> dict[str, Plain]:
    """Return the variables that ``--input SHAPE`` stands for; raise `UsageError` unless it has as many numbers."""
    template = TEMPLATES[kind]
    parts = shape.strip("[]()").replace("x", ",").split(",")
    if len(parts) != len(template.sample) or not all(part.strip().isdecimal() for part in parts):
        names = ", ".join(template.sample)
        raise UsageError(f"--input of {kind} is {names}, such as {template.shape}, not {show(shape)}")
    return dict(zip(template.sample, map(int, parts), strict=True))


def _replaced(text: str, name: str, value: str) -> str:
    """Return the text with another value of a variable; a comment behind it stays in its column, if it can."""
    line = re.search(rf"^  {re.escape(name)}: (\S+ *)(.*)\n", text, re.MULTILINE)
    assert line is not None, name
    padded = f"{value} ".ljust(len(line[1])) if line[2] else value
    return f"{text[: line.start(1)]}{padded}{line[2]}{text[line.end(2) :]}"


def _written(value: Plain) -> str:
    """Return a value as it stands in YAML; text that would be something else is in quotes."""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z_][\w.]*", value) and resolve(value) == value:
        return value
    return json.dumps(value)
