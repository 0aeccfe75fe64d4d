"""Matching ids with a rule's pattern: what cannot match is seen without a search."""

from __future__ import annotations

import re
from fnmatch import translate

WILD = re.compile(r"[*?\[\]]")

FREE = 8
"""Stars of a pattern that take no work worth counting."""

MOST_WORK = 16_000_000
"""The most stars, beyond those, of all searches for the rules of one spec: two seconds."""


class RulePattern:
    """One pattern, compiled: ``*`` any characters, ``?`` one, ``[ab]`` one of several.

    An id that matches begins with the ``head``, ends with the ``tail`` and holds the ``middle``, the longest text
    outside of wildcards, and all ``letters`` outside of them; looking for these takes a tenth of the time of a
    search, whose ``work`` grows with the stars. Without other wildcards than stars the texts between them are looked for
    one after another, each where the one before it ends: if that finds no place for all of them, there is none. In an id
    of few characters for the number of texts a regular expression is faster.
    """

    __slots__ = ("_between", "_full", "head", "letters", "middle", "stars", "tail", "work")

    def __init__(self, match: str) -> None:
        texts = WILD.split(match)
        self.head, self.tail = texts[0], texts[-1]
        sure = texts if "[" not in match else (self.head, self.tail)
        self.middle = max(sure, key=len)
        self.letters = frozenset().union(*sure)
        self.stars = match.count("*")
        self.work = max(0, self.stars - FREE)
        self._full = re.compile(translate(match)).match
        only_stars = bool(self.stars) and len(texts) == self.stars + 1
        self._between = tuple(filter(None, texts[1:-1])) if only_stars else None

    def may_match(self, parameter_id: str, letters: frozenset[str]) -> bool:
        """Return whether a search may find that an id of these ``letters`` matches; its ``middle`` is known to be there."""
        return (
            self.letters <= letters
            and parameter_id.startswith(self.head)
            and parameter_id.endswith(self.tail)
        )

    def matches(self, parameter_id: str) -> bool:
        """Return whether an id matches, capitals and all."""
        return (
            self.middle in parameter_id
            and self.may_match(parameter_id, frozenset(parameter_id))
            and self.found_in(parameter_id)
        )

    def found_in(self, parameter_id: str) -> bool:
        """Return whether a search finds that an id matches, of which `may_match` is known."""
        between = self._between
        if between is None or len(between) > max(FREE, len(parameter_id) // 10):
            return self._full(parameter_id) is not None
        position, end = len(self.head), len(parameter_id) - len(self.tail)
        for text in between:
            position = parameter_id.find(text, position, end)
            if position < 0:
                return False
            position += len(text)
        return position <= end
