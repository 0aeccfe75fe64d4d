"""A scanner of YAML that stops at a long tag, which the parser would decode letter by letter before anyone sees it."""

from __future__ import annotations

from typing import Any

from ruamel.yaml.scanner import Scanner

LONGEST_TAG = 1000


class LongTag(Exception):
    """A tag of more characters; has its place in the text and how it begins."""

    def __init__(self, mark: Any, beginning: str) -> None:
        super().__init__(beginning)
        self.mark = mark
        self.beginning = beginning


class ShortTags(Scanner):
    """Raises `LongTag` for a tag that is too long."""

    def scan_tag(self) -> Any:
        """Return the token of a tag: its handle, None for a whole one, and what follows."""
        token = super().scan_tag()
        handle, rest = token.value
        if len(handle or "") + len(rest) > LONGEST_TAG:
            raise LongTag(token.start_mark, f"{(handle or '')[:LONGEST_TAG]}{rest[:LONGEST_TAG]}")
        return token
