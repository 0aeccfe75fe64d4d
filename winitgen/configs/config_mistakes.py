"""Mistakes that planning finds in the layer-spec of a config, told at the fields of the config that cause them."""

from __future__ import annotations

import re

from winitgen.configs.field_problems import is_odd
from winitgen.configs.values import Values
from winitgen.spec.expressions import PATTERN
from winitgen.spec.fields import NAME
from winitgen.spec.mistakes import Location, Mistakes

OPTIONS = {"count": "the number of rows", "head_dim": "the size of a head"}
"""Options of layers that messages name, which a config calls otherwise; each with what it is where no field gives it."""

_OPTION = re.compile(rf"\b({'|'.join(OPTIONS)})\b")
_NUMBER = re.compile(r"[0-9.]+(?:e[+-]?[0-9]+)?")


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
        option = _OPTION.search(message)
        given = self._option(location, option[1]) if option else ""
        if option:
            message = _OPTION.sub(given or OPTIONS[option[1]], message, count=1)
        wrong = given if message.startswith("rotary") else ""
        super().add(self._in_config(location, message, wrong), message)

    def _in_config(self, location: Location, message: str, wrong: str) -> Location:
        """Return the place of a field: of an odd one that the message tells, or the only odd one.

        Otherwise it is one of those in the expression ``wrong``, or that stand at the place in the layer-spec.
        """
        used = self._fields_in(f"${{{wrong}}}" if wrong else self._written(location))
        if not used and message.startswith("the window spans"):
            used = self._fields_of_the_image()
        odd = [name for name, value in self.values.given.items() if is_odd(value)]
        told = [float(text) for text in _NUMBER.findall(message) if text.count(".") < 2 and text != "."]
        named = [name for name in odd if float(self.values.given[name]) in told]
        stated = [name for name in used if name in self.values.given]
        for name in (*named, *(odd if len(odd) == 1 else ()), *stated, *used):
            field, line, column = self.values.place(name)
            return Location(line, column, field)
        return Location(0, 0, f"its layer-spec, {location.path}" if location.path else "its layer-spec")

    def _fields_of_the_image(self) -> list[str]:
        """Return the fields from which the input is computed, its last size first."""
        flows = (line for line in self.lines if line.startswith("input:"))
        return [name for line in flows for name in reversed(NAME.findall(line)) if self.values.is_field(name)]

    def _fields_in(self, text: str) -> list[str]:
        """Return the fields in the first expression of a text; of another variable, those from which it is computed."""
        return [name for name in self._named(text) if self.values.is_field(name)]

    def _named(self, text: str, known: tuple[str, ...] = ()) -> list[str]:
        """Return the names in the first expression of a text, and those in the values of names that are no fields."""
        expression = PATTERN.search(text)
        names = NAME.findall(expression[1]) if expression else []
        for name in [one for one in names if not self.values.is_field(one) and one not in known]:
            values = (re.search(rf"(?:\bvars: {{.*?|^ +)\b{name}: (.*)", line) for line in self.lines)
            texts = [_first(value[1]) for value in values if value] or [self.values.default_of(name)]
            names += [one for value in texts for one in self._named(value, (*known, name))]
        return names

    def _option(self, location: Location, option: str) -> str:
        """Return the expression that another option of a layer has, with the default of a field that is not stated."""
        here = self.lines[location.line - 1 : location.line]
        beside = self.lines[max(0, location.line - 12) : location.line + 12]
        for line in (*here, *(line for line in beside if _indent(line) == _indent("".join(here)))):
            if found := re.search(rf'\b{option}: "?\$\{{([^}}]*)\}}', line):
                name = found[1]
                default = (
                    PATTERN.search(self.values.default_of(name)) if name not in self.values.given else None
                )
                return default[1] if default else name
        return ""

    def _written(self, location: Location) -> str:
        """Return what stands at a place of the layer-spec: one value, without the keys that follow it on its line."""
        if not 0 < location.line <= len(self.lines):
            return ""
        line = self.lines[location.line - 1][location.column - 1 :]
        return _first(line)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _first(text: str) -> str:
    return re.split(r"[,}] ?\w+: ", text)[0]
