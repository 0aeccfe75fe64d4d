"""The command that gives a report's values again, as a person would paste it into a shell."""

from __future__ import annotations

import os
import shlex
from typing import Any

from winitgen.cli.options import STDIN

_VALUES = ("seed", "dtype", "layout", "format", "samples", "steps", "input", "compare", "sweep")
"""Options of one value each, in the order in which they are shown; a missing one was not given."""

_SWITCHES = ("dry_run", "no_backward")
"""Options without a value."""


def command(name: str, spec: str, choices: dict[str, Any], *, out: str | None = None) -> str:
    """Return the call of the command ``name`` with those of its choices that decide what is drawn.

    Threads, reports and the like are left out: they change no value that is drawn.

    >>> command("init", "my model.yaml", {"seed": 7, "settings": ("n=4",)}, out="w.npz")
    "winitgen init 'my model.yaml' -o w.npz --seed 7 --set n=4"
    """
    words = ["winitgen", name, _argument(spec)]
    words += [] if out is None else ["-o", out]
    for option in _VALUES:
        value = choices.get(option, choices.get(f"{option}_"))
        words += [] if value is None else [f"--{option}", str(value)]
    for setting in choices.get("settings", ()):
        words += ["--set", setting]
    words += [f"--{option.replace('_', '-')}" for option in _SWITCHES if choices.get(option)]
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    """Return a word as a shell takes it, on one line: what cannot be printed as ``$'...'`` has it.

    >>> _quoted("my model.yaml"), _quoted("it's\\n.yaml")
    ("'my model.yaml'", "$'it\\\\'s\\\\012.yaml'")
    """
    if word.isprintable():
        return shlex.quote(word)
    plain = word.replace("\\", "\\\\").replace("'", "\\'")
    return f"$'{''.join(c if c.isprintable() else _octal(c) for c in plain)}'"


def _octal(character: str) -> str:
    """Return the bytes of a character as a shell's escapes."""
    return "".join(f"\\{byte:03o}" for byte in os.fsencode(character))


def _argument(path: str) -> str:
    """Return a path that cannot be taken for an option."""
    return os.path.join(".", path) if path.startswith("-") and path != STDIN else path
