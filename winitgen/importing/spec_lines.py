"""The layers of a layer-spec in the making, and their lines of YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from winitgen.errors import UsageError, printable
from winitgen.importing.name_tree import Leaf

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_{}-]+)*")
_WORDS = {"true", "false", "null"}


class ParamLine:
    """One `param`: its name, its options but the scheme, its scheme as text, and a comment.

    With ``table`` it is an `embedding`, whose tensor is called ``weight`` by itself.
    """

    def __init__(
        self, name: str, options: Sequence[str], law: str | None, comment: str, *, table: bool = False
    ) -> None:
        self.name = name
        self.table = table
        self.options = options
        self.law = law
        self.comment = comment

    def under(self, prefix: str) -> ParamLine:
        """Return the same layer with ``prefix`` before its name."""
        return ParamLine(prefix + self.name, self.options, self.law, self.comment, table=self.table)

    @property
    def is_bare(self) -> bool:
        """Whether the name cannot stand alone in a group: it needs that of the group before it."""
        return self.name == "input" or (self.table and self.name in ("weight", "input.weight"))

    def laws(self) -> Iterator[str]:
        """Yield the text of the scheme, if the layer has one."""
        if self.law is not None:
            yield self.law

    def lines(self, indent: int, laws: Mapping[str, str]) -> list[str]:
        """Return the layer as one line; ``laws`` are variables by the scheme that they hold."""
        scheme = f'"${{{laws[self.law]}}}"' if self.law and self.law in laws else self.law
        init = [] if self.law is None else [f"init: {scheme}"]
        name = self.name.removesuffix(".weight") if self.table else self.name
        kind = f"type: {'embedding' if self.table else 'param'}"
        options = ", ".join([f"name: {name_text(name, inside=True)}", kind, *self.options, *init])
        comment = f"  # {printable(self.comment)}" if self.comment else ""
        return [f"{' ' * indent}- {{{options}}}{comment}"]


class LayerBlock:
    """A group or a repetition: its name, if it has one, the lines of its options, and the layers inside."""

    def __init__(self, name: str, head: Sequence[str], items: Sequence[Item]) -> None:
        self.name = name
        self.head = head
        self.items = items

    def under(self, prefix: str) -> LayerBlock:
        """Return the same block with ``prefix`` before its name, or before those inside if it has none."""
        if self.name:
            return LayerBlock(prefix + self.name, self.head, self.items)
        return LayerBlock("", self.head, [item.under(prefix) for item in self.items])

    @property
    def is_bare(self) -> bool:
        """Whether the name cannot stand alone in a group; that of a block without one is that of the layers inside."""
        return not self.name and any(item.is_bare for item in self.items)

    def laws(self) -> Iterator[str]:
        """Yield the text of each scheme inside."""
        for item in self.items:
            yield from item.laws()

    def lines(self, indent: int, laws: Mapping[str, str]) -> list[str]:
        """Return the block as lines; ``laws`` are variables by the scheme that they hold."""
        name = [f"name: {name_text(self.name, inside=False)}"] if self.name else []
        space = " " * indent
        head = [*self.head, *name, "layers:"]
        made = [f"{space}- {head[0]}", *(f"{space}  {line}" for line in head[1:])]
        for item in self.items:
            made += item.lines(indent + 4, laws)
        return made


Item = ParamLine | LayerBlock


def param_line(name: str, leaf: Leaf, law: str | None, model_dtype: str) -> ParamLine:
    """Return the line of a tensor; ``law`` is its scheme as text, None for a tied one."""
    tensor = leaf.tensor
    table = tensor.padding is not None and not leaf.tied_to
    options = [f"shape: {list(tensor.shape)}"]
    if table:
        options = [
            f"count: {tensor.shape[0]}",
            f"dim: {tensor.shape[1]}",
            f"padding_index: {tensor.padding}",
        ]
    if tensor.dtype != model_dtype:
        options.append(f"dtype: {tensor.dtype}")
    if tensor.buffer and not table:
        options.append("buffer: true")
    if leaf.tied_to:
        options.append(f"tied_to: {name_text(leaf.tied_to, inside=True)}")
    elif tensor.fans is not None and not table:
        options += [
            f"{key}: {_whole(fan, tensor.name)}"
            for key, fan in zip(("fan_in", "fan_out"), tensor.fans, strict=True)
        ]
    return ParamLine(name, options, law, tensor.evidence, table=table)


def _whole(fan: float, name: str) -> int:
    if fan != int(fan):
        raise UsageError(
            f"{name} has a fan of {fan:g}, but a param takes whole numbers; give its std instead"
        )
    return int(fan)


def name_text(name: str, *, inside: bool) -> str:
    """Return a name as YAML, in quotes where it would be something else; ``inside`` braces an index needs them.

    >>> name_text("h.{i}.fc", inside=False), name_text("h.{i}", inside=True), name_text("1.5", inside=False)
    ('h.{i}.fc', '"h.{i}"', '"1.5"')
    """
    plain = _PLAIN.fullmatch(name) and name.lower() not in _WORDS and not (inside and "{" in name)
    return name if plain else json.dumps(name)
