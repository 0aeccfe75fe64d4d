"""The command that reproduces a report, ready to paste into a shell."""

from __future__ import annotations

import os
import shlex
from typing import Any

from winitgen.cli.options import STDIN
from winitgen.errors import without_secrets

_VALUES = (
    "seed",
    "seeds",
    "dtype",
    "layout",
    "init",
    "family",
    "format",
    "max_shard_size",
    "shard_name",
    "rank",
    "world_size",
    "samples",
    "steps",
    "input",
    "compare",
    "sweep",
    "loss",
    "learning_rate",
    "base",
)
"""Options with one value each, in the order in which they are shown."""

_REPEATED = ("only", "except")
"""Options that may be given several times."""

_SWITCHES = ("shrink", "add", "dry_run", "no_backward")
"""Options without a value."""


def command(name: str, spec: str, choices: dict[str, Any], *, out: str | None = None) -> str:
    """Return the call of the command ``name`` with those of its options that decide the values.

    Threads, reports and the like are left out, as they change no value, and so are the secrets of URLs.

    >>> command("init", "my model.yaml", {"seed": 7, "settings": ("n=4",)}, out="w.npz")
    "winitgen init 'my model.yaml' -o w.npz --seed 7 --set n=4"
    """
    arguments = ["winitgen", name, _argument(spec)]
    arguments += [] if out is None else ["-o", out]
    for option in _VALUES:
        value = choices.get(option, choices.get(f"{option}_"))
        arguments += [] if value is None else [f"--{option.replace('_', '-')}", str(value)]
    for setting in choices.get("settings", ()):
        arguments += ["--set", setting]
    for threshold in choices.get("thresholds", ()):
        arguments += ["--threshold", threshold]
    for option in _REPEATED:
        for pattern in choices.get(option, choices.get(f"{option}_")) or ():
            arguments += [f"--{option}", pattern]
    arguments += [f"--{option.replace('_', '-')}" for option in _SWITCHES if choices.get(option)]
    return " ".join(_quoted(without_secrets(argument)) for argument in arguments)


def _quoted(argument: str) -> str:
    """Return an argument quoted for a shell, on one line; unprintable characters are escaped in ``$'...'``.

    So are hashes beside each other, with which some pipelines' commands begin.

    >>> _quoted("my model.yaml"), _quoted("it's\\n.yaml")
    ("'my model.yaml'", "$'it\\\\'s\\\\012.yaml'")
    """
    if argument.isprintable() and "##" not in argument:
        return shlex.quote(argument)
    plain = argument.replace("\\", "\\\\").replace("'", "\\'")
    plain = "".join(c if c.isprintable() else _octal(c) for c in plain)
    return f"$'{plain.replace('#', _octal('#'))}'"


def _octal(character: str) -> str:
    """Return the bytes of a character as octal escapes of a shell."""
    return "".join(f"\\{byte:03o}" for byte in os.fsencode(character))


def _argument(path: str) -> str:
    """Return a path in a form that cannot be mistaken for an option."""
    return os.path.join(".", path) if path.startswith("-") and path != STDIN else path
