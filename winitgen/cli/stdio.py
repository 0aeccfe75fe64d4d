"""Standard input, output and error, which may be closed, full or redirected."""

from __future__ import annotations

import codecs
import os
import sys
from typing import TextIO

from winitgen.errors import UnreadableError, UsageError


def repair() -> None:
    """Open the null device for each closed stream, and escape characters that an output stream cannot encode.

    Otherwise the next file that is opened would get the stream's number, and receive what is printed.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)
            setattr(sys, name, open(number, "r" if number == 0 else "w", closefd=False))  # noqa: SIM115
            _CLOSED.add(name)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


_CLOSED: set[str] = set()
"""The standard streams that were closed at the start."""


def check_output() -> None:
    """Raise `UsageError` if standard output, to which weights would be written, is closed."""
    if "stdout" in _CLOSED:
        raise UsageError("standard output is closed; name a file")


def read_input(most: int) -> bytes:
    """Return at most ``most`` bytes of standard input; raise `UnreadableError` if it is closed."""
    if "stdin" in _CLOSED:
        raise UnreadableError("cannot read standard input: it is closed")
    return sys.stdin.buffer.read(most)


def table_stream(out: str | None) -> TextIO:
    """Return the stream for the table: standard error if the weights are written to standard output."""
    if out is None:
        return sys.stdout
    if out == "-":
        return sys.stderr
    try:
        same = os.path.samestat(os.stat(out), os.fstat(1))
    except OSError:
        same = False
    return sys.stderr if same else sys.stdout


def write_json(text: str, stream: TextIO) -> None:
    """Write JSON; in ASCII unless the stream is UTF-8, the one encoding that JSON has elsewhere."""
    if not text.isascii() and codecs.lookup(stream.encoding or "utf-8").name != "utf-8":
        import json

        text = "".join(c if c.isascii() else json.dumps(c)[1:-1] for c in text)
    stream.write(text)


def bars(stream: TextIO) -> str:
    """Return the characters for the bars of histograms, from low to high, that a stream can encode."""
    blocks = " ▁▂▃▄▅▆▇█"
    try:
        blocks.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return " .:-=+*#@"
    return blocks
