"""How two checkpoints of the same config differ, in a few words, by the roles of the tensors."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.families.checkpoints import Checkpoint, differences, kinds

Words = dict[str, list[str]]
"""What differs: in ``names``, ``shapes``, ``formats``, ``laws`` and so on, each in alphabetical order."""

LONGEST = 100


def role(name: str) -> str:
    """Return the name of a tensor without its numbers.

    >>> role("model.layers.11.mlp.weight")
    'model.layers.{}.mlp.weight'
    """
    return re.sub(r"\d+", "{}", name)


def subtrees(names: Iterable[str], whole: Iterable[str]) -> list[str]:
    """Return the roles of some names of a file, and ``a.*`` for all that ``whole``, the file, has below ``a``.

    >>> subtrees(["a.0.w", "a.1.w", "a.1.b", "c"], ["a.0.w", "a.1.w", "a.1.b", "c", "d.w"])
    ['a.*', 'c']
    >>> subtrees(["d.x.w", "d.x.b"], ["d.x.w", "d.x.b", "d.w"])
    ['d.x.*']
    """
    some = {role(name) for name in names}
    others = {role(name) for name in whole} - some
    return sorted({_subtree(name, some, others) for name in some})


def _subtree(name: str, some: set[str], others: set[str]) -> str:
    parts = name.split(".")
    for depth in range(1, len(parts)):
        prefix = ".".join([*parts[:depth], ""])
        below = [other for other in some if other.startswith(prefix)]
        if len(below) > 1 and not any(other.startswith(prefix) for other in others):
            return f"{prefix}*"
    return name


def kinds_in_words(theirs: Checkpoint, ours: Checkpoint) -> Words:
    """Return what ``theirs`` has more (+) or less (-), and its shapes and number formats that are not ``ours``."""
    left, right = kinds(theirs), kinds(ours)
    both = left.keys() & right.keys()
    more, less = subtrees(left.keys() - both, left), subtrees(right.keys() - both, right)
    found = {
        "names": [*(f"+ {name}" for name in more), *(f"- {name}" for name in less)],
        "shapes": [_unlike(name, list(left[name][1]), list(right[name][1])) for name in both],
        "formats": [_unlike(name, left[name][0], right[name][0]) for name in both],
    }
    return {what: sorted({line for line in lines if line}) for what, lines in found.items()}


def _unlike(name: str, theirs: object, ours: object) -> str:
    return f"{role(name)}: {theirs}, not {ours}" if theirs != ours else ""


def laws_in_words(theirs: Checkpoint, ours: Checkpoint) -> list[str]:
    """Return the laws of ``theirs`` that are not those of ``ours``, one line for each role and what of its law differs.

    Only tensors of the same name and shape are compared.
    """
    left, right = kinds(theirs), kinds(ours)
    same = [name for name in left.keys() & right.keys() if left[name][1] == right[name][1]]
    found = differences({name: theirs[name] for name in same}, {name: ours[name] for name in same})
    return list({question(line): line for line in map(_law, found)}.values())


def question(law: str) -> tuple[str, ...]:
    """Return the role and what of its law a line of `laws_in_words` is about, without the numbers.

    >>> question("layers.{}.fc.weight: std 0.02, not 0.0134")
    ('layers.{}.fc.weight:', 'std')
    """
    return tuple(law.split()[:2])


def _law(line: str) -> str:
    """Return a line of `differences` with the role instead of a tensor's name, and numbers of three digits."""
    name, _, what = line.partition(": ")
    what = re.sub(r"^\[.*?\], ", "", " ".join(what.split()))
    what = re.sub(r"-?\d+\.\d+(e[+-]?\d+)?", lambda number: f"{float(number[0]):.3g}", what)
    return shortened(f"{role(name)}: {what}")


def shortened(text: str) -> str:
    """Return a text of at most 100 characters, in one line."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def together(found: Iterable[Words]) -> Words:
    """Return the words of several cases as those of one: of a role's law only the numbers of the first case.

    >>> together([{"names": ["+ b"], "laws": ["a: std 1, not 2"]}, {"names": ["+ a"], "laws": ["a: std 3, not 2"]}])
    {'laws': ['a: std 1, not 2'], 'names': ['+ a', '+ b']}
    """
    lines: dict[str, dict[object, str]] = {}
    for words in found:
        for what, some in words.items():
            for line in some:
                lines.setdefault(what, {}).setdefault(question(line) if what == "laws" else line, line)
            lines.setdefault(what, {})
    return {what: sorted(some.values()) for what, some in sorted(lines.items())}
