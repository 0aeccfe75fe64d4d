"""Writing a report to a file, in the form given by the ending of its name."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from winitgen.errors import OutputError, UsageError


def as_json(report: dict[str, Any] | list[dict[str, Any]]) -> str:
    """Return one report, or several, as JSON with sorted keys.

    Printable characters stay as they are; control and invisible characters are escaped, and the first of two
    hashes, with which some pipelines' commands begin.
    """
    import json

    text = json.dumps(report, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    text = text.replace("\x7f", "\\u007f")  # the only control character that json does not escape
    text = re.sub("#(?=#)", r"\\u0023", text)
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
"""The form for each ending of a file name."""


def check_name(
    path: str,
    *,
    spec: str,
    out: str | None,
    base: str | None = None,
    family: str | None = None,
    others: Sequence[str] = (),
) -> None:
    """Raise `UsageError` unless a report can be written to ``path`` without replacing what the call names.

    That is the spec, the output, the base or the family's file. ``others`` are the paths of the reports before it.
    """
    taken = {"the layer-spec": spec, "the output": out, "the base": base, "the family's file": family}
    check_path(path, "report", FORMS, {**taken, **{f"another report, {other}": other for other in others}})
    if out is not None and (out.endswith("/") or os.path.isdir(out)):
        inside = os.path.join(os.path.realpath(out), "")
        if os.path.realpath(path).startswith(inside):
            raise UsageError(f"{path}: the report would be inside the output; write it beside it")


def check_path(path: str, what: str, endings: Iterable[str], others: Mapping[str, str | None]) -> None:
    """Raise `UsageError` unless ``path`` has one of the endings, its folder exists, and it is none of ``others``.

    If it is itself a folder, that is an `OutputError`.

    ``what`` is the kind of file for the message; ``others`` are the paths not to replace, by their kinds.
    """
    if ending_of(path) not in endings:
        raise UsageError(f"{path}: a {what} ends in {', '.join(endings)}")
    if not os.path.isdir(os.path.dirname(path) or "."):
        raise UsageError(f"{path}: the folder of the {what} does not exist")
    if os.path.isdir(path):
        raise OutputError(f"cannot write {path}: it is a folder")
    refuse_replacing(path, what, others.items())


def refuse_other_json(path: str) -> None:
    """Raise `UsageError` if a report would replace a JSON file that is none, such as a config or an index."""
    if ending_of(path) == ".json" and not _is_report(path):
        raise UsageError(
            f"{path}: it exists and is no report of winitgen, which the report would replace; give it another name"
        )


def _is_report(path: str) -> bool:
    """Return whether a JSON file may be replaced: a report, as `as_json` writes it, an empty file, or none."""
    if not os.path.isfile(path) or not os.path.getsize(path):
        return True
    from winitgen.files.input.opening import reading

    with reading(path), open(path, "rb") as file:
        text = file.read()
    return text.startswith(b'{\n  "') and all(b'\n  "%s": ' % key in text for key in (b"notes", b"seed"))


def refuse_replacing(path: str, what: str, others: Iterable[tuple[str, str | None]]) -> None:
    """Raise `UsageError` if ``path`` is one of ``others``, which come with what each is, also by a link."""
    for name, other in others:
        if other not in (None, "-") and _is_same(path, other or ""):
            raise UsageError(f"{path}: the {what} would replace {name}; give it another name")


def _is_same(path: str, other: str) -> bool:
    """Tell whether two paths are of one file, by links of any kind."""
    if os.path.realpath(path) == os.path.realpath(other):
        return True
    return os.path.isfile(path) and os.path.isfile(other) and os.path.samefile(path, other)


def shows_histograms(path: str) -> bool:
    """Return whether a report with the ending of this name shows histograms."""
    return FORMS[ending_of(path)] is _as_html


def ending_of(path: str) -> str:
    """Return the ending of a file name in lower case, with its dot."""
    return os.path.splitext(path)[1].lower()


def write_report(report: dict[str, Any], path: str) -> None:
    """Replace ``path`` by the report, completely or not at all; raise `OutputError` if that fails."""
    replace(path, FORMS[ending_of(path)](report).encode(errors="backslashreplace"))


def replace(path: str, content: bytes) -> None:
    """Replace ``path`` by ``content``, completely or not at all; raise `OutputError` if that fails."""
    from winitgen.files.output.side_file import write_side_file

    write_side_file(path, content, replace=True)
