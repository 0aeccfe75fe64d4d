"""Matching ids with a rule's pattern: what cannot match is seen without a search."""

from __future__ import annotations

import re
from fnmatch import translate

WILD = re.compile(r"[*?\[\]]")

FREE = 8
"""Stars of a pattern that take no work worth counting."""

MOST_WORK = 40_000_000
"""The most stars, beyond those, of all searches for the rules of one spec: a few seconds."""


class RulePattern:
    """One pattern, compiled: ``*`` any characters, ``?`` one, ``[ab]`` one of several.

    An id that matches begins with the ``head``, ends with the ``tail`` and holds the ``middle``, the longest text
    outside of wildcards, and all ``letters`` outside of them; looking for these takes a tenth of the time of a
    search, whose ``work`` grows with the stars.
    """

    __slots__ = ("_full", "head", "letters", "middle", "stars", "tail", "work")

    def __init__(self, match: str) -> None:
        texts = WILD.split(match)
        self.head, self.tail = texts[0], texts[-1]
        sure = texts if "[" not in match else (self.head, self.tail)
        self.middle = max(sure, key=len)
        self.letters = frozenset().union(*sure)
        self.stars = match.count("*")
        self.work = max(0, self.stars - FREE)
        self._full = re.compile(translate(match)).match

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
        """Return whether a search finds that an id matches."""
        return self._full(parameter_id) is not None
