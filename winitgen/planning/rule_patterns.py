"""Matching ids with a rule's pattern: what cannot match is seen without a search."""

from __future__ import annotations

import re
from fnmatch import translate

SET = re.compile(r"\[!?+\]?+[^\]]*+\]")
"""One of several characters; a bracket without its partner is a character as any other."""

WILD = re.compile(rf"{SET.pattern}|[*?]")

_WIDE = 3
"""How many characters a set is worth in a search: it takes as much longer."""


class RulePattern:
    """One pattern, compiled: ``*`` any characters, ``?`` one, ``[ab]`` one of several.

    A text that matches begins with the ``head``, ends with the ``tail`` and holds the ``middle``, the longest text
    outside of wildcards, and all ``letters`` outside of them; looking for these takes a tenth of the time of a
    search. ``work`` is what all searches have taken, in steps of a tenth of a microsecond. Without other wildcards than stars
    the texts between them are looked for one after another, each where the one before it ends: if that finds no place for
    all of them, there is none. In a text of few characters for their number a regular expression is faster.
    """

    __slots__ = ("_between", "_full", "_reach", "head", "letters", "middle", "tail", "work")

    def __init__(self, match: str) -> None:
        texts = WILD.split(match)
        self.head, self.tail = texts[0], texts[-1]
        self.middle = max(texts, key=len)
        self.letters = frozenset().union(*texts)
        bare = SET.sub("?" * _WIDE, match)
        stars = bare.count("*")
        self.work = 0
        self._full = re.compile(translate(match)).match
        only_stars = bool(stars) and len(texts) == stars + 1
        self._between = tuple(filter(None, texts[1:-1])) if only_stars else None
        longest = 0 if only_stars or not stars else max(map(len, bare.split("*")))
        self._reach = 1 + longest // 4

    def may_match(self, text: str, letters: frozenset[str]) -> bool:
        """Return whether a search may find that a text of these ``letters`` matches; its ``middle`` is known to be there."""
        return self.letters <= letters and text.startswith(self.head) and text.endswith(self.tail)

    def matches(self, text: str) -> bool:
        """Return whether a text matches, capitals and all."""
        return (
            self.middle in text
            and text.startswith(self.head)
            and text.endswith(self.tail)
            and self.found_in(text)
        )

    def found_in(self, text: str) -> bool:
        """Return whether a search finds that a text matches, of which `may_match` is known; counts its ``work``.

        A regular expression goes through the text at every star, and from each of its characters on it may compare as many
        as stand between two stars.
        """
        between = self._between
        if between is None or len(between) > max(8, len(text) // 10):
            self.work += 4 + len(text) * self._reach // 12
            return self._full(text) is not None
        self.work += 2
        position, end = len(self.head), len(text) - len(self.tail)
        for one in between:
            self.work += 1
            position = text.find(one, position, end)
            if position < 0:
                return False
            position += len(one)
        return position <= end
