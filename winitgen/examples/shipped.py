"""The examples that come with the package: the layer-specs of the repository's folder ``specs``.

The build hook copies them into a wheel, beside this file; a clone has them in their own folder alone.
"""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from winitgen.errors import UsageError
from winitgen.spec.mistakes import show, suggest

_ENDING = ".yaml"

_LONG = 125
"""The characters of a sentence that fills a line of the list."""


def example_names() -> list[str]:
    """Return the names of the examples, sorted."""
    return sorted(_examples())


def example(name: str) -> str:
    """Return the text of an example, such as ``resnet18``; raise `UsageError` if there is none of this name."""
    found = _examples()
    name = name.removesuffix(_ENDING)
    if name not in found:
        hint = suggest(name.lower(), found) or "; `winitgen example` lists them"
        raise UsageError(f"unknown example {show(name)}{hint}")
    return found[name].read_text(encoding="utf-8")


def about(text: str) -> str:
    """Return the first sentence of an example's comment, or as many of its clauses as fill a line.

    >>> about("# yaml-language-server: $schema=schema.json\\n# Swin-T (Liu et al. 2021), with\\n# windows. More.\\n")
    'Swin-T (Liu et al. 2021), with windows.'
    """
    comment = re.match(r"(?:#.*\n)*", text)
    lines = comment[0].splitlines()[1:] if comment else []
    words = " ".join(line.removeprefix("#") for line in lines).split()
    end = next((n for n, word in enumerate(words, 1) if word.endswith(".") and word != "al."), len(words))
    sentence = " ".join(words[:end])
    if len(sentence) > _LONG:
        sentence = re.sub(r"[,:]( [^,:]*)?$", ".", sentence[:_LONG])
    return sentence


def _examples() -> dict[str, Traversable]:
    """Return the file of each example by its name."""
    shipped = files("winitgen") / "examples" / "specs"
    folder = shipped if shipped.is_dir() else Path(__file__).parents[2] / "specs"
    found = folder.iterdir() if folder.is_dir() else ()
    return {file.name.removesuffix(_ENDING): file for file in found if file.name.endswith(_ENDING)}
