"""One entry of a catalog: what is known of it line by line, a picture if there is one, and a table of its options."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from winitgen.cli.listing import Entry, heading, show
from winitgen.cli.stdio import write_json
from winitgen.errors import UsageError

if TYPE_CHECKING:
    from winitgen.catalog.spellings import Spellings
    from winitgen.spec.descriptions import KeyDescription


def named(
    what: str,
    name: str,
    known: Iterable[str],
    aliases: Mapping[str, str] | None = None,
    spellings: Spellings | None = None,
) -> str:
    """Return the name in a catalog that ``name`` is, or is an alias of; raise `UsageError` with a hint if there is none.

    ``what`` is what the catalog has, such as ``layer type``; its last word, as a plural, is the command that lists it.
    """
    names = list(known)
    if name in names:
        return name
    if aliases and name in aliases:
        return aliases[name]
    from winitgen.spec.mistakes import show as quoted
    from winitgen.spec.mistakes import suggest

    command = {"layer type": "layers", "family": "families"}.get(what, f"{what}s")
    hint = suggest(name, [*names, *(aliases or ())], spellings) or f"; `winitgen {command}` lists them"
    raise UsageError(f"unknown {what} {quoted(name)}{hint}")


def options_table(keys: Iterable[KeyDescription]) -> list[dict[str, Any]]:
    """Return a row for each option: what it takes, whether it is required, its default and its meaning."""
    from winitgen.spec.descriptions import written

    return [
        {
            "option": key.key,
            "takes": key.expected,
            "required": key.required,
            "default": None if key.required or key.default is None else written(key.default),
            "meaning": key.meaning,
        }
        for key in keys
    ]


def show_entry(
    facts: Mapping[str, Any], rows: Sequence[dict[str, Any]], *, picture: Sequence[str] = ()
) -> None:
    """Print what is known, each on a line of its own, then the lines of a ``picture``, then a table of ``rows``."""
    known = {heading(key): _text(value) for key, value in facts.items() if value not in (None, "", [])}
    for key, text in known.items():
        _print_fact(f"{key:{max(map(len, known))}}  ", text, sys.stdout)
    if picture:
        sys.stdout.write("\n" + "".join(f"{line.rstrip()}\n" for line in picture))
    if rows:
        sys.stdout.write("\n")
        show("", rows, False, _option_row)


def _option_row(row: Entry) -> Entry:
    """Return a row of `options_table` as a line of the table, in which the default says that an option is required."""
    shown = {key: value for key, value in row.items() if key != "required"}
    return shown | ({"default": "required"} if row.get("required") else {})


def entry_json(report: str, facts: Mapping[str, Any]) -> None:
    """Print what is known as JSON; ``report`` is the command's name."""
    import json

    from winitgen.report.versions import versioned

    whole = versioned(report, {"entry": facts})
    write_json(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", sys.stdout)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _print_fact(title: str, text: str, out: TextIO) -> None:
    """Print one line; on a terminal that is too narrow for it, several."""
    if not out.isatty():
        out.write(f"{title}{text}\n")
        return
    import textwrap

    from winitgen.report.terminal import width_of

    width = max(width_of(out), len(title) + 20)
    out.write(textwrap.fill(text, width, initial_indent=title, subsequent_indent=" " * len(title)) + "\n")
