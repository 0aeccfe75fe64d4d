"""A scanner of YAML that does not spend long on tags and comments, which the parser puts together letter by letter."""

from __future__ import annotations

from typing import Any

from ruamel.yaml.scanner import Scanner

LONGEST_TAG = 1000
LINE_ENDS = "\r\n\x85\u2028\u2029\0"
"""What ends a line for the parser, and the end of the text."""


class LongTag(Exception):
    """A tag of more characters; has its place in the text and how it begins."""

    def __init__(self, mark: Any, beginning: str) -> None:
        super().__init__(beginning)
        self.mark = mark
        self.beginning = beginning


class ShortTags(Scanner):
    """Raises `LongTag` for a tag that is too long, and keeps no comment of a block of text."""

    def scan_tag(self) -> Any:
        """Return the token of a tag: its handle, None for a whole one, and what follows."""
        token = super().scan_tag()
        handle, rest = token.value
        if len(handle or "") + len(rest) > LONGEST_TAG:
            raise LongTag(token.start_mark, f"{(handle or '')[:LONGEST_TAG]}{rest[:LONGEST_TAG]}")
        return token

    def scan_block_scalar_ignored_line(self, start_mark: Any) -> Any:
        """Skip a comment after ``|`` or ``>``, which would be joined letter by letter; return nothing for it."""
        end = 0
        while self.reader.peek(end) == " ":
            end += 1
        if self.reader.peek(end) == "#":
            while self.reader.peek(end) not in LINE_ENDS:
                end += 1
            self.reader.forward(end)
        return super().scan_block_scalar_ignored_line(start_mark)
