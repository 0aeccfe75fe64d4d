"""Writes the layer-spec of a list of tensors: groups, repetitions, and the laws that many share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from winitgen.configs.filled_template import literal
from winitgen.errors import UsageError, printable
from winitgen.importing.found import FoundTensor
from winitgen.importing.name_tree import Folder, Leaf, tree_of
from winitgen.importing.spec_lines import Item, LayerBlock, ParamLine, param_line
from winitgen.importing.stacks import LARGEST, Likeness, Stack, children_of, is_number
from winitgen.importing.stacks import Node as TreeNode
from winitgen.importing.varying import Rounds

DEEPEST = 20
"""The most containers in each other; further ones are written as dotted names, as YAML has a limit."""

FEW = 2
"""A group of so few layers is longer than their dotted names."""

SHARED_BY = 3
"""A law of so many lines becomes a variable."""

INDICES = "ijklmnopqrstuvwxyz"


def layer_spec(
    found: Sequence[FoundTensor], *, model: str, dtype: str, heading: str, file: str | None = None
) -> str:
    """Return the text of a layer-spec with exactly these tensors.

    ``dtype`` is the model's number format, which layers of another one state. ``heading`` becomes the comment at
    the top. ``file`` is the source's name in messages, the model's if absent. Raises `SpecError` with a mistake
    for each tensor that a layer-spec cannot hold.
    """
    if not found:
        raise UsageError(f"{file or model} holds no tensor")
    items = _Writer(dtype).items([tree_of(found, file or model)], Rounds(), 0)
    laws = _shared_laws(items)
    lines = [f"# {printable(line)}".rstrip() for line in heading.splitlines()]
    lines.append(f"model: {literal(_label(model))}")
    if dtype != "float32":
        lines.append(f"dtype: {dtype}")
    if laws:
        lines += ["vars:", *(f"  {name}: {law}" for law, name in laws.items())]
    lines.append("layers:")
    for item in items:
        lines += item.lines(2, laws)
    return "\n".join(lines) + "\n"


def _label(model: str) -> str:
    """Return the name of a model as a layer-spec can hold it: nothing in it is an expression or invisible.

    >>> _label("net-${x}"), _label("a\\tb")
    ('net-_{x}', 'a_b')
    """
    return "".join(c if c.isprintable() else "_" for c in model.replace("${", "_{"))


def _shared_laws(items: Sequence[Item]) -> dict[str, str]:
    """Return a name for each law with options that many lines have, by its text."""
    counts = Counter(law for item in items for law in item.laws())
    taken: Counter[str] = Counter()
    names = {}
    for law, count in counts.most_common():
        if count < SHARED_BY or not law.startswith("{scheme: ") or "${" in law or not _fits(law):
            continue
        scheme = law.removeprefix("{scheme: ").partition(",")[0].rstrip("}")
        taken[scheme] += 1
        names[law] = scheme if taken[scheme] == 1 else f"{scheme}_{taken[scheme]}"
    return names


def _fits(law: str) -> bool:
    """Return whether a variable can hold the numbers of a scheme."""
    return all(abs(float(number)) <= LARGEST for number in re.findall(r"[ \[](-?[0-9][0-9.e+-]*)", law))


class _Writer:
    """Turns a tree of tensors into layers."""

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype
        self.alike = Likeness()

    def items(self, folders: Sequence[Folder], rounds: Rounds, depth: int) -> list[Item]:
        """Return the layers of parallel folders: one, or those of each round of a stack that varies."""
        made: list[Item] = []
        for child in children_of(folders, self.alike):
            if isinstance(child, Stack):
                made += self._repeated(child, rounds, depth)
            else:
                made += self._single(*child, rounds, depth)
        return made

    def _single(self, name: str, nodes: Sequence[TreeNode], rounds: Rounds, depth: int) -> list[Item]:
        """Return one child: a parameter, a group, or the layers inside with dotted names."""
        first = nodes[0]
        if isinstance(first, Leaf):
            return [self._param(name, nodes, rounds)]
        inside = self.items([node for node in nodes if isinstance(node, Folder)], rounds, depth + 1)
        bare = name == "input" or any(item.is_bare for item in inside)
        if len(inside) <= FEW or bare or depth >= DEEPEST:
            return [item.under(f"{name}.") for item in inside]
        return [LayerBlock(name, ["type: group"], inside)]

    def _repeated(self, stack: Stack, rounds: Rounds, depth: int) -> list[Item]:
        """Return a stack as a repetition, or its children one by one where nothing may be nested further."""
        if depth >= DEEPEST or rounds.depth >= len(INDICES):
            made: list[Item] = []
            for place, nodes in enumerate(stack.rounds):
                made += self._single(f"{stack.prefix}{stack.start + place}", nodes, rounds, depth)
            return made
        index = INDICES[rounds.depth]
        name = f"{stack.prefix}{{{index}}}"
        inner = rounds.inside(index, stack.start) if stack.varying else rounds.deeper()
        nodes = [nodes[0] for nodes in stack.rounds] if stack.varying else stack.rounds[0]
        inside = self._inside(name, nodes, inner, depth)
        bare = any(item.is_bare for item in inside)
        if isinstance(nodes[0], Folder) and bare:
            inside = [item.under(f"{name}.") for item in inside]
        named = isinstance(nodes[0], Folder) and not bare
        head = ["type: repeat", *inner.over(len(stack.rounds), varying=stack.varying)]
        head += [f"start: {stack.start}"] if stack.start else []
        head += [f"index: {index}"] if index != "i" else []
        return [LayerBlock(name if named else "", head, inside)]

    def _inside(self, name: str, nodes: Sequence[TreeNode], rounds: Rounds, depth: int) -> list[Item]:
        if isinstance(nodes[0], Leaf):
            return [self._param(name, nodes, rounds)]
        return self.items([node for node in nodes if isinstance(node, Folder)], rounds, depth + 1)

    def _param(self, name: str, nodes: Sequence[TreeNode], rounds: Rounds) -> ParamLine:
        leaves = [node for node in nodes if isinstance(node, Leaf)]
        law = None if leaves[0].tied_to else _law([leaf.tensor.init for leaf in leaves], rounds)
        return param_line(name, leaves[0], law, self.dtype)


def _law(inits: Sequence[str | Mapping[str, Any]], rounds: Rounds) -> str:
    """Return the text of a scheme, with an expression where the rounds of a stack differ."""
    first = inits[0]
    if isinstance(first, str):
        return literal(first)
    columns = {key: [init[key] for init in inits if isinstance(init, Mapping)] for key in first}
    texts = {
        key: f'"${{{rounds.expression(key, column)}}}"'
        if is_number(first[key]) and any(value != column[0] for value in column)
        else literal(column[0])
        for key, column in columns.items()
    }
    order = ["scheme", *(key for key in texts if key != "scheme")]
    return texts["scheme"] if len(texts) == 1 else f"{{{', '.join(f'{key}: {texts[key]}' for key in order)}}}"
