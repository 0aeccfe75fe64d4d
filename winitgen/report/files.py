"""Writing a report to a file, in the form given by the ending of its name."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

from winitgen.errors import OutputError, UsageError

Place = str | int | None
"""A file by its path, or by the descriptor of a standard stream; None if there is none."""
STDIN, STDOUT = 0, 1

_SCALARS = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_ON_ONE_LINE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))

_TOGETHER = 64
"""Entries of a list that become text at once."""


def as_json(report: dict[str, Any] | list[dict[str, Any]]) -> str:
    """Return one report, or several, as JSON with sorted keys.

    Printable characters stay as they are; control and invisible characters are escaped, and the first of two
    hashes, with which some pipelines' commands begin.
    """
    return _json(report) + "\n" if isinstance(report, list) else "".join(json_parts(report))


def json_parts(report: dict[str, Any]) -> Iterator[str]:
    """Yield the text of `as_json` piece by piece: the lists in a report may be very long, and made while they are read."""
    opening = "{\n  "
    for key in sorted(report):
        yield f"{opening}{_json(key)}: "
        opening = ",\n  "
        if report[key] is None or isinstance(report[key], dict | str | int | float):
            yield _json(report[key], "\n  ")
        else:
            yield from _list_parts(report[key])
    yield "\n}\n" if report else "{}\n"


def _list_parts(entries: Iterable[Any]) -> Iterator[str]:
    opening, left = "[\n    ", iter(entries)
    while some := list(islice(left, _TOGETHER)):
        yield opening + _joined(some)
        opening = ",\n    "
    yield "[]" if opening.startswith("[") else "\n  ]"


def _joined(entries: list[Any]) -> str:
    """Return the text of entries of a list, as `_json` gives it.

    A report may have hundreds of thousands with a histogram each: where nothing has to be escaped, C writes them on one line,
    and puts in the line breaks.
    """
    from msgspec.json import format as with_breaks

    text = _ON_ONE_LINE.encode([entries])  # as deep as in the report
    if not text.isprintable() or "\\" in text or "##" in text:
        return ",\n    ".join([_json(entry, "\n    ") for entry in entries])
    return with_breaks(text, indent=2)[len("[\n  [\n    ") : -len("\n  ]\n]")]


def _json(report: Any, line: str = "\n") -> str:
    """Return one value as JSON, of which each ``line`` but the first begins so."""
    text = _indented(report, line)
    text = text.replace("\x7f", "\\u007f")  # the only control character that json does not escape
    text = re.sub("#(?=#)", r"\\u0023", text)
    if not text.isascii():
        text = "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)
    return text


def _indented(value: Any, line: str) -> str:
    """Return a value as json does with ``indent=2`` and sorted keys.

    That builds functions at each call which refer to each other, and the command line collects no garbage.
    """
    if not isinstance(value, dict | list | tuple) or not value:
        return _scalar(value)
    entries, inner = [], line + "  "
    if isinstance(value, dict):
        for key in sorted(value):
            entries.append(f"{_scalar(key)}: {_indented(value[key], inner)}")  # noqa: PERF401  # takes a frame less
        return f"{{{inner}{f',{inner}'.join(entries)}{line}}}"
    if set(map(type, value)) == {int}:  # the counts of a histogram, of which a report may have millions
        return f"[{inner}{f',{inner}'.join(map(str, value))}{line}]"
    for entry in value:
        entries.append(_indented(entry, inner))  # noqa: PERF401  # as above
    return f"[{inner}{f',{inner}'.join(entries)}{line}]"


def _scalar(value: Any) -> str:
    kind = type(value)
    if kind is str:  # as the encoder does, without its calls in Python: a report may have millions of them
        return encode_basestring(value)
    if kind is int or (kind is float and isfinite(value)):
        return repr(value)
    return "null" if value is None else _SCALARS.encode(value)


def _init_json(report: dict[str, Any], _: str) -> str:
    from winitgen.report.versions import versioned

    return as_json(versioned("init", report))


def _as_markdown(report: dict[str, Any], _: str) -> str:
    from winitgen.report import markdown

    return markdown.render(report)


def _as_html(report: dict[str, Any], spec: str) -> str:
    from winitgen.report import html

    return html.render(report, spec)


FORMS: dict[str, Callable[[dict[str, Any], str], str]] = {
    ".json": _init_json,
    ".md": _as_markdown,
    ".html": _as_html,
}
"""The form for each ending of a file name, made of a report and the text of its layer-spec."""


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
    taken: dict[str, Place] = {
        "the layer-spec": read_from(spec),
        "the output": STDOUT if out == "-" else out,
        "the base": base,
        "the family's file": family,
    }
    check_path(path, "report", FORMS, {**taken, **{f"another report, {other}": other for other in others}})
    if out is not None and (out.endswith("/") or os.path.isdir(out)):
        inside = os.path.join(os.path.realpath(out), "")
        if os.path.realpath(path).startswith(inside):
            raise UsageError(f"{path}: the report would be inside the output; write it beside it")


def check_path(path: str, what: str, endings: Iterable[str], others: Mapping[str, Place]) -> None:
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
    _check_link(path, what)
    refuse_replacing(path, what, others.items())


def _check_link(path: str, what: str) -> None:
    """Raise `UsageError` for a link at whose end nothing can be written."""
    end = os.path.realpath(path)
    if os.path.islink(end):
        raise UsageError(f"{path}: it is a link that leads nowhere; name a file")
    if not os.path.isdir(os.path.dirname(end)):
        raise UsageError(f"{path}: it is a link to {end}, and the folder of the {what} does not exist")


def read_from(path: str | None) -> Place:
    """Return what is read by a path that may be ``-``, standard input."""
    return STDIN if path == "-" else path


def refuse_replacing(path: str, what: str, others: Iterable[tuple[str, Place]]) -> None:
    """Raise `UsageError` if ``path`` is one of ``others``, which come with what each is, also by a link or a stream."""
    for name, other in others:
        if other is not None and is_same(path, other):
            raise UsageError(f"{path}: the {what} would replace {name}; give it another name")


def is_same(path: str, other: str | int) -> bool:
    """Tell whether a path is of the same file as another one, by links of any kind, or as a stream."""
    if isinstance(other, int):
        return _is_stream(path, other)
    if os.path.realpath(path) == os.path.realpath(other):
        return True
    return os.path.isfile(path) and os.path.isfile(other) and os.path.samefile(path, other)


def _is_stream(path: str, descriptor: int) -> bool:
    """Tell whether a stream is a file, the one at ``path``, as in ``winitgen init - < FILE``."""
    try:
        found = os.fstat(descriptor)
        return stat.S_ISREG(found.st_mode) and os.path.samestat(os.stat(path), found)
    except (OSError, ValueError):  # no such file, or no path at all
        return False


def shows_histograms(path: str) -> bool:
    """Return whether a report with the ending of this name shows histograms."""
    return FORMS[ending_of(path)] is _as_html


def ending_of(path: str) -> str:
    """Return the ending of a file name in lower case, with its dot."""
    return os.path.splitext(path)[1].lower()


def write_report(report: dict[str, Any], path: str, spec: bytes = b"") -> None:
    """Replace ``path`` by the report, completely or not at all; raise `OutputError` if that fails.

    A page shows ``spec``, the text of the layer-spec.
    """
    content = FORMS[ending_of(path)](report, spec.decode(errors="replace"))
    replace(path, content.encode(errors="backslashreplace"))


def replace(path: str, content: bytes) -> None:
    """Replace ``path`` by ``content``, completely or not at all; raise `OutputError` if that fails."""
    from winitgen.files.output.side_file import write_side_file

    write_side_file(path, content, replace=True)
