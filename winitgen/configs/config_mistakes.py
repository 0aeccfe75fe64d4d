"""Mistakes that planning finds in the layer-spec of a config, told at the fields of the config that cause them."""

from __future__ import annotations

import re

from winitgen.configs.values import Values
from winitgen.spec.expressions import PATTERN
from winitgen.spec.fields import NAME
from winitgen.spec.mistakes import Location, Mistakes


class ConfigMistakes(Mistakes):
    """The mistakes of a config, found in the ``text`` of its layer-spec.

    What stands there as ``${hidden_size}`` is a mistake of the field hidden_size.
    """

    def __init__(self, values: Values, text: str) -> None:
        super().__init__(values.config.file)
        self.values = values
        self.lines = text.splitlines()

    def add(self, location: Location, message: str) -> None:
        """Note one mistake, at the field of the config that the place in the layer-spec takes its value from."""
        super().add(self._in_config(location), message)

    def _in_config(self, location: Location) -> Location:
        used = [name for name in self._named(self._written(location)) if name in self.values.all]
        stated = [name for name in used if name in self.values.given]
        for name in (*stated, *used):
            field, line, column = self.values.place(name)
            return Location(line, column, field)
        return Location(0, 0, f"its layer-spec, {location.path}" if location.path else "its layer-spec")

    def _named(self, text: str, known: tuple[str, ...] = ()) -> list[str]:
        """Return the names in the first expression of a text; of a variable of a group, also those in its value."""
        expression = PATTERN.search(text)
        names = NAME.findall(expression[1]) if expression else []
        for name in [one for one in names if one not in self.values.all and one not in known]:
            values = (re.search(rf"\bvars: {{.*?\b{name}: (.*)", line) for line in self.lines)
            names += [
                one for value in values if value for one in self._named(_first(value[1]), (*known, name))
            ]
        return names

    def _written(self, location: Location) -> str:
        """Return what stands at a place of the layer-spec: one value, without the keys that follow it on its line."""
        if not 0 < location.line <= len(self.lines):
            return ""
        line = self.lines[location.line - 1][location.column - 1 :]
        return _first(line)


def _first(text: str) -> str:
    return re.split(r"[,}] ?\w+: ", text)[0]
