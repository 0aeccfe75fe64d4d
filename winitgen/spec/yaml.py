"""From YAML 1.2 text to nodes with line and column, by ruamel.yaml's parser, within bounds for hostile text.

The parser yields events one by one, so depth, size and aliases are checked before anything grows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from winitgen.spec.mistakes import LONGEST_SHOWN, Location, Mistakes, shortened, show
from winitgen.spec.nodes import Mapping, Node, Scalar, Sequence
from winitgen.spec.stops import BREAKS, DEEPEST, Stop, TextMark, mark_at, refuse_towers

MOST_BYTES = 2**20
MOST_NODES = 200_000
LONGEST_SCALAR = 10_000

TOO_LARGE = (
    r"not YAML: a number is too large, in an escape such as \U00110000 or in a line that begins with %YAML"
)

MERGE = "<<"
"""The key that stands for the pairs of other mappings, if it has no quotes: YAML 1.1 has it, and YAML 1.2 left it to applications."""

Pairs = dict[str, tuple[Scalar, Node]]
"""The keys of a mapping, as text, with the nodes of each key and of its value."""

PAIRS = "[\ud800-\udbff][\udc00-\udfff]"
"""Surrogate pairs, as JSON escapes characters; JSON is YAML too."""


def _joined(pair: re.Match[str]) -> str:
    """Return the character of a surrogate pair."""
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")


def read(content: bytes, mistakes: Mistakes) -> Node | None:
    """Return the document in ``content``, or None with the mistake noted."""
    if len(content) > MOST_BYTES:
        mistakes.add(Location(0, 0, ""), f"the file has more than {MOST_BYTES} bytes, the maximum")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        message = f"not UTF-8: byte 0x{content[error.start]:02x}; save the file as UTF-8"
        mistakes.add(Stop(mark_at(before, len(before)), message).location, message)
        return None
    try:
        refuse_towers(text)
        return _Composer(text, mistakes).document()
    except Stop as stop:
        mistakes.add(stop.location, stop.message)
        return None


def _refused_tag(mark: Any, tag: str) -> Stop:
    shown = show(tag.replace("tag:yaml.org,2002:", "!!"))
    return Stop(mark, f"the tag {shown} is not allowed in a layer-spec; leave it out")


class _Composer:
    """Builds the tree from the parser's events."""

    def __init__(self, text: str, mistakes: Mistakes) -> None:
        self.text = text
        self.mistakes = mistakes
        self.anchors: dict[str, Node | None] = {}
        self.nodes = 0
        self.events = self._parsed()
        self.event: Any = None

    def _parsed(self) -> Iterator[Any]:
        """Yield ruamel.yaml's events; each of its errors becomes a message of one line."""
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError
        from ruamel.yaml.reader import ReaderError

        from winitgen.spec.short_tags import LongTag, ShortTags

        parser = YAML(typ="safe", pure=True)
        parser.Scanner = ShortTags
        try:
            yield from parser.parse(self.text)
        except LongTag as error:
            raise _refused_tag(error.mark, error.beginning) from None
        except ReaderError as error:
            message = f"the character U+{ord(self.text[error.position]):04X} is not allowed in YAML"
            raise Stop(mark_at(self.text, error.position), message) from None
        except (ValueError, OverflowError):  # from int and chr
            raise Stop(None, TOO_LARGE) from None
        except MarkedYAMLError as error:
            if "end of stream" in str(error.problem) and error.context_mark:
                raise Stop(error.context_mark, "the quote that begins here is never closed") from None
            mark = error.problem_mark or error.context_mark
            raise Stop(mark, self._explain(error, mark)) from None

    def _explain(self, error: Any, mark: Any) -> str:
        """Return what is wrong, and what to write instead where two mistakes are common."""
        problem = " ".join(str(error.problem or error.context).split())
        lines = BREAKS.split(self.text)
        line = lines[mark.line] if mark is not None and mark.line < len(lines) else ""
        before = line[: mark.column].rstrip() if mark is not None else ""
        if before.endswith("$") or "${" in before:
            return f'not YAML: {problem}; inside {{}} and [], put ${{...}} in quotes: "${{...}}"'
        if before.endswith("*"):
            return f'not YAML: {problem}; put text that begins with * in quotes: "*..."'
        if "mapping values" in problem:
            return f"not YAML: {problem}; is the indentation off, or a space missing after a colon?"
        if "\t" in line[: len(line) - len(line.lstrip())]:
            return f"not YAML: {problem}; indent with spaces, not with tabs"
        return f"not YAML: {problem}"

    def _next(self) -> Any:
        self.event = next(self.events)
        return self.event

    def document(self) -> Node | None:
        """Return the one document of the text."""
        self._next()  # the stream begins
        if type(self._next()).__name__ == "StreamEndEvent":
            self.mistakes.add(Location(0, 0, ""), "the file is empty; a layer-spec needs at least 'layers'")
            return None
        self._next()
        node = self._node(0)
        self._next()  # the document ends
        if type(self._next()).__name__ != "StreamEndEvent":
            raise Stop(self.event.start_mark, "a second document begins here; a layer-spec is one document")
        return node

    def _node(self, depth: int) -> Node:
        """Return the node that begins with the current event."""
        event, kind = self.event, type(self.event).__name__
        if kind == "AliasEvent":
            return self._alias(event)
        if event.tag is not None and not (kind == "ScalarEvent" and str(event.tag) == "!"):
            raise _refused_tag(event.start_mark, str(event.tag))
        if depth > DEEPEST:
            raise Stop(event.start_mark, f"nested deeper than {DEEPEST} levels")
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        build = {
            "ScalarEvent": self._scalar,
            "SequenceStartEvent": self._sequence,
            "MappingStartEvent": self._mapping,
        }
        node = build[kind](event, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        self._count(event, node.size if kind == "ScalarEvent" else 1)
        return node

    def _count(self, event: Any, size: int) -> None:
        self.nodes += size
        if self.nodes > MOST_NODES:
            raise Stop(event.start_mark, f"more than {MOST_NODES} values, with aliases expanded")

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self.anchors:
            name = shortened(event.anchor, LONGEST_SHOWN)
            text = f"no anchor &{name} precedes this alias"
            raise Stop(event.start_mark, f'{text}; put text that begins with * in quotes: "*{name}"')
        node = self.anchors[event.anchor]
        if node is None:
            raise Stop(
                event.start_mark,
                f"the alias *{shortened(event.anchor, LONGEST_SHOWN)} is inside the value that it refers to",
            )
        self._count(event, node.size)
        return node

    def _scalar(self, event: Any, _depth: int) -> Scalar:
        if len(event.value) > LONGEST_SCALAR:
            raise Stop(
                event.start_mark,
                f"the value has {len(event.value)} characters; at most {LONGEST_SCALAR} are allowed",
            )
        text = event.value if event.value.isascii() else re.sub(PAIRS, _joined, event.value)
        return Scalar(event.start_mark.line + 1, event.start_mark.column + 1, text, event.style is None)

    def _sequence(self, event: Any, depth: int) -> Sequence:
        items = []
        while type(self._next()).__name__ != "SequenceEndEvent":
            items.append(self._node(depth + 1))
        size = 1 + sum(item.size for item in items)
        return Sequence(event.start_mark.line + 1, event.start_mark.column + 1, items, size=size)

    def _mapping(self, event: Any, depth: int) -> Mapping:
        pairs: Pairs = {}
        merges: Pairs = {}
        while type(self._next()).__name__ != "MappingEndEvent":
            mark = self.event.start_mark
            key = self._node(depth + 1)
            if not isinstance(key, Scalar):
                raise Stop(mark, "a key must be text, not a list or a mapping")
            self._next()
            value = self._node(depth + 1)
            if isinstance(value, Scalar) and value.plain and not value.text:
                value = Scalar(key.line, key.column, "", plain=True)  # an empty value is reported at its key
            into = merges if key.text == MERGE and key.plain else pairs
            if key.text in into:
                first = into[key.text][0].line
                message = f"the key {show(key.text)} appears twice; the first is on line {first}"
                self.mistakes.add(Location(key.line, key.column, ""), message)
            else:
                into[key.text] = key, value
        for _, value in merges.values():
            pairs = _merged(value) | pairs
        size = 1 + sum(1 + value.size for _, value in pairs.values())
        return Mapping(event.start_mark.line + 1, event.start_mark.column + 1, pairs, size=size)


def _merged(value: Node) -> Pairs:
    """Return the pairs that a merge key takes from a mapping, or from several, of which the first counts."""
    found: Pairs = {}
    for one in value.items if isinstance(value, Sequence) else [value]:
        if not isinstance(one, Mapping):
            mark = TextMark(value.line - 1, value.column - 1)
            raise Stop(mark, "a merge key takes a mapping or a list of mappings, as in '<<: *base'")
        found |= {key: pair for key, pair in one.pairs.items() if key not in found}
    return found
