"""Writing a report beside the weights, in the form its name's ending asks for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from winitgen.errors import UsageError


def as_json(report: dict[str, Any] | list[dict[str, Any]]) -> str:
    """Return one report, or several, as JSON with a stable order of keys.

    Letters stand as they are; what a terminal would obey, or nobody can see, is escaped.
    """
    import json

    text = json.dumps(report, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    text = text.replace("\x7f", "\\u007f")  # the only one of ASCII that json leaves as it is
    if not text.isascii():
        text = "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)
    return text + "\n"


def _as_markdown(report: dict[str, Any]) -> str:
    from winitgen.report import markdown

    return markdown.render(report)


def _as_html(report: dict[str, Any]) -> str:
    from winitgen.report import html

    return html.render(report)


FORMS: dict[str, Callable[[dict[str, Any]], str]] = {
    ".json": as_json,
    ".md": _as_markdown,
    ".html": _as_html,
}
"""The forms by the ending of the file's name."""


def check_name(path: str, *, spec: str, out: str | None) -> None:
    """Raise `UsageError` unless a report can be written to ``path`` and lies over nothing else."""
    check_place(path, "report", FORMS, {"the layer-spec": spec, "the output": out})
    if out is not None and (out.endswith("/") or os.path.isdir(out)):
        inside = os.path.join(os.path.realpath(out), "")
        if os.path.realpath(path).startswith(inside):
            raise UsageError(f"{path}: the report would lie inside the output; write it beside it")


def check_place(path: str, what: str, endings: Iterable[str], others: Mapping[str, str | None]) -> None:
    """Raise `UsageError` unless ``what`` can be written to ``path``: its ending, its folder, its neighbours.

    ``others`` are the paths that it must not lie over, by what they are.
    """
    if ending_of(path) not in endings:
        raise UsageError(f"{path}: a {what} ends in {', '.join(endings)}")
    if not os.path.isdir(os.path.dirname(path) or "."):
        raise UsageError(f"{path}: the folder of the {what} does not exist")
    for name, other in others.items():
        if other not in (None, "-") and os.path.realpath(path) == os.path.realpath(other or ""):
            raise UsageError(f"{path}: the {what} would replace {name}; give it another name")


def shows_histograms(path: str) -> bool:
    """Return whether the form of this name's ending shows histograms."""
    return FORMS[ending_of(path)] is _as_html


def ending_of(path: str) -> str:
    """Return the ending of a file's name, in small letters, with its dot."""
    return os.path.splitext(path)[1].lower()


def write_report(report: dict[str, Any], path: str) -> None:
    """Replace ``path`` by the report, whole or not at all; raise `OutputError` where that fails."""
    replace(path, FORMS[ending_of(path)](report).encode(errors="backslashreplace"))


def replace(path: str, content: bytes) -> None:
    """Replace ``path`` by ``content``, whole or not at all; raise `OutputError` where that fails.

    A pipe or a device under the name is written into.
    """
    from winitgen.files.output.atomic import new_file, writing
    from winitgen.files.output.existing import kind

    with writing(path):
        if kind(path) in ("device", "folder"):
            with open(path, "wb") as file:
                file.write(content)
            return
    with new_file(path, len(content), fsync=False, replace=True) as fd, open(fd, "wb", closefd=False) as file:
        file.write(content)
