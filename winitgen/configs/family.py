"""The model families: one file each, which says what of a config decides the layers, and holds their layer-spec.

A file has two YAML documents. The first is the `Family`: facts about the config. The second is a layer-spec whose
``vars`` are the fields of the config, each with the value that the library takes if a config does not have it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from winitgen.spec import yaml
from winitgen.spec.fields import Scope, value_of
from winitgen.spec.mistakes import Mistakes
from winitgen.spec.nodes import Mapping, Node

FOLDER = Path(__file__).parents[1] / "families"
"""Where the families are: data, one file each, named after its ``model_type``."""


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition that a config must meet: ``that`` is an expression, ``otherwise`` what is wrong if it is false."""

    field: str
    that: str
    otherwise: str


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the first document of a family's file says.

    ``classes`` are the library's classes whose checkpoints the layer-spec describes, as ``architectures`` in a config
    names them; the first holds if a config names none. ``also`` are other values of ``model_type`` that have the same
    layers, each with the defaults that differ. ``sections`` are fields that hold fields of their own, each with what
    goes before the names of these in ``vars``. ``aliases`` are other names of fields. A field in ``nullable`` may be
    null in a config; for any other field null means its default. ``activations`` are the fields that name an
    activation. A field in ``fixed`` may only have the value there, as another one would change the tensors.
    Fields in ``ignored`` change no tensor. ``small`` are the values by which a config is shrunk. ``paper`` says what
    the paper states of the initialization; if the layer-spec has a variable ``paper``, true selects it.
    """

    family: str
    classes: list[str]
    paper: str
    also: dict[str, dict[str, Any]] = {}
    sections: dict[str, str] = {}
    aliases: dict[str, str] = {}
    nullable: list[str] = []
    activations: list[str] = []
    fixed: dict[str, Any] = {}
    checks: list[Check] = []
    ignored: list[str] = []
    small: dict[str, Any] = {}


class Template(msgspec.Struct, frozen=True):
    """A family's file, read: the family, the layer-spec as text, and its variables as nodes, in order."""

    name: str
    family: Family
    text: str
    variables: dict[str, Node]

    def known(self) -> list[str]:
        """Return the variables and the aliases: what a call may replace."""
        return [*self.variables, *self.family.aliases]


def names() -> list[str]:
    """Return the model types that have a file, in alphabetical order."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def model_types() -> dict[str, str]:
    """Return every model type that is known, with the name of the file it is in."""
    found = {name: name for name in names()}
    for name in names():
        head = (FOLDER / f"{name}.yaml").read_text().partition("\n---\n")[0]
        if re.search(r"^also:", head, re.MULTILINE):
            found |= dict.fromkeys(template(name).family.also, name)
    return found


def template_of(model_type: str) -> Template | None:
    """Return the template of a model type, or None if there is none."""
    if re.fullmatch(r"[A-Za-z0-9_-]+", model_type) and (FOLDER / f"{model_type}.yaml").is_file():
        return template(model_type)
    name = model_types().get(model_type)
    return template(name) if name else None


@cache
def template(name: str) -> Template:
    """Return the template in the file ``name``.yaml."""
    head, _, text = (FOLDER / f"{name}.yaml").read_text().partition("\n---\n")
    family = msgspec.convert(_plain(head), Family)
    body = _document(text)
    variables = body.pairs["vars"][1]
    assert isinstance(variables, Mapping)
    return Template(name, family, text, {key: node for key, (_, node) in variables.pairs.items()})


def _document(text: str) -> Mapping:
    mistakes = Mistakes("a family")
    node = yaml.read(text.encode(), mistakes)
    mistakes.raise_if_any()
    assert isinstance(node, Mapping)
    return node


def _plain(text: str) -> Any:
    """Return a document as plain values, with its expressions as text."""
    return _values(_document(text))


def _values(node: Node) -> Any:
    """Return the plain value of a node; what stands in quotes is text, so that an expression is not evaluated."""
    from winitgen.spec.nodes import Scalar, Sequence

    if isinstance(node, Mapping):
        return {key: _values(value) for key, (_, value) in node.pairs.items()}
    if isinstance(node, Sequence):
        return [_values(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.text if "${" in node.text else value_of(node, "", Scope(Mistakes(""), {}))
