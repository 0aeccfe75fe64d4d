"""The config.json that stands beside a checkpoint of Hugging Face's libraries: its fields, and where each is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from winitgen.errors import Mistake, SpecError
from winitgen.spec.mistakes import LONGEST_MESSAGE, LONGEST_PATH, shortened, show
from winitgen.spec.unique_keys import TwiceError, unique
from winitgen.spec.yaml import MOST_BYTES

DEEPEST = 50
"""How many lists and objects of a config may be nested in each other; those of real ones are about five."""

TOO_DEEP = "not a config: its lists and mappings are nested too deep"


@dataclass(frozen=True)
class Config:
    """A config: the name of its file, its text, and its fields as JSON gives them."""

    file: str
    text: str
    fields: Mapping[str, Any]

    def mistake(self, field: str, message: str) -> Mistake:
        """Return a mistake of one field, at its place in the file; of the file as a whole for a field it lacks."""
        line, column = self.place(field)
        return Mistake(
            self.file, line, column, shortened(field, LONGEST_PATH), shortened(message, LONGEST_MESSAGE)
        )

    def place(self, field: str) -> tuple[int, int]:
        """Return the line and column of a field, both from 1, or 0 and 0; a dot leads into a section."""
        import json

        position = 0
        for name in field.split("."):
            found = re.compile(rf"{re.escape(json.dumps(name))}\s*:").search(self.text, position)
            if found is None:
                return 0, 0
            position = found.start()
        before = self.text[:position]
        return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1

    def replaced(self, values: Mapping[str, Any]) -> Config:
        """Return the config with other values for some fields; a dot in a name leads into a section."""
        fields = dict(self.fields)
        for name, value in values.items():
            section, dot, inner = name.partition(".")
            held = fields.get(section) or {}
            if dot and not isinstance(held, dict):
                continue  # that the section is none is told of the config
            fields[section] = {**held, inner: value} if dot else value
        return replace(self, fields=fields)

    def written(self) -> str:
        """Return the fields as the text of a file."""
        import json

        text = json.dumps(self.fields, indent=2, ensure_ascii=False) + "\n"
        return text.encode(
            errors="backslashreplace"
        ).decode()  # half of a character is an escape in JSON, too


def read_config(content: bytes, file: str) -> Config:
    """Return the config in ``content``; raise `SpecError` if it is none."""
    import json

    if len(content) > MOST_BYTES:
        _refuse(file, 0, 0, f"the file has more than {MOST_BYTES} bytes, the maximum")
    try:
        text = content.decode("utf-8-sig")
        fields = json.loads(text, object_pairs_hook=unique)
    except UnicodeDecodeError as error:
        _refuse(file, 0, 0, f"not UTF-8: byte 0x{content[error.start]:02x}; save the file as UTF-8")
    except json.JSONDecodeError as error:
        _refuse(file, error.lineno, error.colno, f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}")
    except RecursionError:
        _refuse(file, 0, 0, TOO_DEEP)
    except TwiceError as repeated:
        field = str(repeated)
        mistake = Config(file, text, {}).mistake(field, f"the field {show(field)} appears twice")
        raise SpecError([mistake]) from None
    except ValueError:
        _refuse(file, 0, 0, "not a config: a number has more digits than can be read")
    if _is_deep(fields):
        _refuse(file, 0, 0, TOO_DEEP)
    if not isinstance(fields, dict):
        _refuse(
            file, 0, 0, f'a config is a JSON object such as {{"model_type": "llama"}}, not {show(fields)}'
        )
    return Config(file, text, fields)


def _is_deep(value: Any) -> bool:
    """Return whether lists and objects are nested deeper than any function here goes into them."""
    level = [value]
    for _ in range(DEEPEST):
        inner = [
            item
            for held in level
            if isinstance(held, dict | list)
            for item in (held.values() if isinstance(held, dict) else held)
        ]
        if not inner:
            return False
        level = inner
    return True


def _refuse(file: str, line: int, column: int, message: str) -> NoReturn:
    raise SpecError([Mistake(file, line, column, "", message)])
