"""How two checkpoints of the same config differ, in a few words, by the roles of the tensors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.families.checkpoints import Checkpoint, differences, kinds

Words = dict[str, list[str]]
"""What differs: in ``names``, ``shapes``, ``formats`` or ``laws``, each time in alphabetical order."""

LONGEST = 100


def role(name: str) -> str:
    """Return the name of a tensor without its numbers.

    >>> role("model.layers.11.mlp.weight")
    'model.layers.{}.mlp.weight'
    """
    return re.sub(r"\d+", "{}", name)


def kinds_in_words(theirs: Checkpoint, ours: Checkpoint) -> Words:
    """Return what ``theirs`` has more (+) or less (-), and its shapes and number formats that are not ``ours``."""
    left, right = kinds(theirs), kinds(ours)
    both = left.keys() & right.keys()
    found = {
        "names": [f"+ {role(name)}" for name in left.keys() - both]
        + [f"- {role(name)}" for name in right.keys() - both],
        "shapes": [
            f"{role(name)}: {list(left[name][1])}, not {list(right[name][1])}"
            for name in both
            if left[name][1] != right[name][1]
        ],
        "formats": [
            f"{role(name)}: {left[name][0]}, not {right[name][0]}"
            for name in both
            if left[name][0] != right[name][0]
        ],
    }
    return {what: sorted(set(lines)) for what, lines in found.items() if lines}


def laws_in_words(theirs: Checkpoint, ours: Checkpoint) -> dict[tuple[str, str], str]:
    """Return the laws of ``theirs`` that are not those of ``ours``, by role and by what of the law differs.

    Only tensors of the same name and shape are compared.
    """
    left, right = kinds(theirs), kinds(ours)
    same = [name for name in left.keys() & right.keys() if left[name][1] == right[name][1]]
    found = differences({name: theirs[name] for name in same}, {name: ours[name] for name in same})
    return dict(map(_law, found))


def _law(line: str) -> tuple[tuple[str, str], str]:
    """Return a line of `differences` with the role instead of a tensor's name, and numbers of three digits."""
    name, _, what = line.partition(": ")
    what = re.sub(r"-?\d+\.\d+(e[+-]?\d+)?", lambda number: f"{float(number[0]):.3g}", " ".join(what.split()))
    kind = what.split()[0].lstrip("[")
    kind = kind if kind.isalpha() else "constant"
    return (role(name), kind), shortened(f"{role(name)}: {what}")


def shortened(text: str) -> str:
    """Return a text of at most 100 characters, in one line."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def together(found: Iterator[Words]) -> Words:
    """Return the words of several cases as those of one.

    >>> together(iter([{"names": ["+ b"]}, {"names": ["+ a", "+ b"], "laws": ["a: std 1, not 2"]}]))
    {'laws': ['a: std 1, not 2'], 'names': ['+ a', '+ b']}
    """
    lines: dict[str, set[str]] = {}
    for words in found:
        for what, some in words.items():
            lines.setdefault(what, set()).update(some)
    return {what: sorted(some) for what, some in sorted(lines.items())}
