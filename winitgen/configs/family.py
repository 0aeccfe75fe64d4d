"""The model families: one file each, which says what of a config decides the layers, and holds their layer-spec.

A file has two YAML documents. The first is the `Family`: facts about the config. The second is a layer-spec whose
``vars`` are the fields of the config, each with the value that the library takes if a config does not have it.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from winitgen.errors import Mistake, SpecError
from winitgen.spec import yaml
from winitgen.spec.fields import Scope, value_of
from winitgen.spec.mistakes import LONGEST_MESSAGE, LONGEST_PATH, Mistakes, shortened
from winitgen.spec.nodes import Mapping, Node, Scalar, Sequence

FOLDER = files("winitgen") / "families"
"""Where the families are, which may be in an archive: data, one file each, named after its ``model_type``."""


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
    null in a config; for any other field null means its default, and so does the value in ``automatic``, such as
    'auto'. A field in ``may_be_zero`` may be 0 although its default is not; an ``initializer_range`` that is not in it
    is 0.02 where a config has 0. A field in ``separated`` is a list, or text with | between the items. ``activations`` are the fields that name an activation. A field in ``fixed`` may only have the value there, as another one would change the tensors.
    Fields in ``ignored`` change no tensor. ``own`` are variables of the layer-spec that are no fields of a config, as are
    all that hold a mapping; a field of such a name is like any other that is not known. ``needed`` are, by
    ``model_type``, fields that have a default here but without which the library builds no model. ``small`` are the values by which a config is shrunk.
    A fraction in ``may_be_whole`` may be written without a decimal point, as 1 is; the library refuses that in other
    fields. ``pairs`` are whole numbers of a square that may be lists of a height and a width, each with the variables
    that these are, and perhaps one that is true for a list. ``derived`` are fields
    that the library works out if a config lacks them, each with the variables from which: one of these that is replaced
    takes the field out of the config. ``paper`` says what
    the paper states of the initialization; if the layer-spec has a variable ``paper``, true selects it.
    """

    family: str
    classes: list[str]
    paper: str
    also: dict[str, dict[str, Any]] = {}
    sections: dict[str, str] = {}
    aliases: dict[str, str] = {}
    nullable: list[str] = []
    automatic: dict[str, Any] = {}
    may_be_zero: list[str] = []
    separated: list[str] = []
    activations: list[str] = []
    fixed: dict[str, Any] = {}
    checks: list[Check] = []
    ignored: list[str] = []
    own: list[str] = []
    derived: dict[str, list[str]] = {}
    needed: dict[str, list[str]] = {}
    small: dict[str, Any] = {}
    may_be_whole: list[str] = []
    pairs: dict[str, list[str]] = {}


class Template(msgspec.Struct, frozen=True):
    """A family's file, read: the family, the layer-spec around its ``vars`` as text, and its variables as nodes, in order.

    ``file`` is its path, for mistakes. ``is_shipped`` is whether it is one of winitgen's.
    """

    name: str
    family: Family
    before: str
    after: str
    variables: dict[str, Node]
    file: str
    is_shipped: bool = True

    def mistake(self, path: str, message: str) -> SpecError:
        """Return the error for a mistake in the first document of the file."""
        place, text = shortened(path, LONGEST_PATH), shortened(message, LONGEST_MESSAGE)
        return SpecError([Mistake(self.file, 0, 0, place, text)])

    @property
    def fields(self) -> list[str]:
        """The variables that are fields of a config."""
        own = {"architecture", "paper", *self.family.own}
        return [
            name for name, node in self.variables.items() if name not in own and not isinstance(node, Mapping)
        ]

    def known(self) -> list[str]:
        """Return the fields and the aliases: what a call may replace."""
        return [*self.fields, *self.family.aliases]


def names() -> list[str]:
    """Return the model types that have a file, in alphabetical order."""
    return sorted(path.name.removesuffix(".yaml") for path in FOLDER.iterdir() if path.name.endswith(".yaml"))


def model_types() -> dict[str, str]:
    """Return every model type that is known, with the name of the file it is in."""
    found = {name: name for name in names()}
    for name in names():
        head = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").partition("\n---\n")[0]
        if re.search(r"^also:", head, re.MULTILINE):
            found |= dict.fromkeys(family(name).also, name)
    return found


@cache
def family(name: str) -> Family:
    """Return the first document of the file ``name``.yaml, without reading the layer-spec below it."""
    path = FOLDER / f"{name}.yaml"
    return _family(path.read_text(encoding="utf-8").partition("\n---\n")[0], str(path))


def template_of(model_type: str) -> Template | None:
    """Return the template of a model type, or None if there is none."""
    if model_type in names():
        return template(model_type)
    name = model_types().get(model_type)
    return template(name) if name else None


@cache
def template(name: str) -> Template:
    """Return the template in the file ``name``.yaml."""
    path = FOLDER / f"{name}.yaml"
    return read_template(path.read_text(encoding="utf-8"), name, str(path))


def read_template(text: str, name: str, file: str, *, is_shipped: bool = True) -> Template:
    """Return the template in the text of a ``file``; raise `SpecError` if it is none."""
    head, line, body = text.partition("\n---\n")
    if not line:
        raise SpecError(
            [Mistake(file, 0, 0, "", "a family has two YAML documents, with a line --- between them")]
        )
    before = head.count("\n") + 2
    layer_spec = _document(body, file, before)
    _, variables = layer_spec.pairs.get("vars", (None, None))
    if not isinstance(variables, Mapping):
        raise SpecError(
            [Mistake(file, 0, 0, "", "the layer-spec of a family needs 'vars', the fields of the config")]
        )
    _check_keys(layer_spec, file, before)
    facts = _family(head, file)
    parts = _around_variables(body, layer_spec)
    nodes = {key: node for key, (_, node) in variables.pairs.items()}
    return Template(name, facts, *parts, nodes, file, is_shipped)


def _family(head: str, file: str) -> Family:
    """Return the first document of a file; raise `SpecError` if it is no family."""
    try:
        found = msgspec.convert(_plain(_document(head, file), file), Family)
    except msgspec.ValidationError as error:
        raise SpecError(
            [Mistake(file, 0, 0, "", f"the first document: {str(error)[:1].lower()}{str(error)[1:]}")]
        ) from None
    if not found.classes:
        raise SpecError([Mistake(file, 0, 0, "classes", "expected a list of one or more classes, not []")])
    return found


def _check_keys(layer_spec: Mapping, file: str, before: int) -> None:
    """Refuse keys of a family's layer-spec that the values of a config cannot be written into; ``before`` is as for `_document`."""
    for name, (key, _) in layer_spec.pairs.items():
        message = ""
        if key.column > 1:
            message = "each key of the layer-spec of a family begins a line"
        elif name == "dtype":
            message = "the number format is that of the config; leave 'dtype' out"
        if message:
            raise SpecError([Mistake(file, key.line + before, key.column, name, message)])


def _around_variables(body: str, layer_spec: Mapping) -> tuple[str, str]:
    """Return the text before the key ``vars``, and that from the key after it on."""
    lines = body.split("\n")
    starts = sorted(key.line for key, _ in layer_spec.pairs.values())
    own = layer_spec.pairs["vars"][0].line
    after = next((line for line in starts if line > own), len(lines) + 1)
    return "".join(f"{line}\n" for line in lines[: own - 1]), "\n".join(lines[after - 1 :])


def _document(text: str, file: str, before: int = 0) -> Mapping:
    """Return a document of a file; ``before`` is the number of lines above it."""
    mistakes = Mistakes(file)
    node = yaml.read(text.encode(), mistakes)
    found = [
        mistake._replace(line=mistake.line + before if mistake.line else 0) for mistake in mistakes.found
    ]
    if not found and not isinstance(node, Mapping):
        found = [Mistake(file, 0, 0, "", "each document of a family is a mapping")]
    if found:
        raise SpecError(found)
    assert isinstance(node, Mapping)
    return node


def _plain(node: Node, file: str) -> Any:
    """Return a document as plain values, with its expressions as text; raise `SpecError` for a number that is none."""
    if isinstance(node, Mapping):
        return {key: _plain(value, file) for key, (_, value) in node.pairs.items()}
    if isinstance(node, Sequence):
        return [_plain(item, file) for item in node.items]
    assert isinstance(node, Scalar)
    scope = Scope(Mistakes(file), {})
    value = node.text if "${" in node.text else value_of(node, "", scope)
    scope.mistakes.raise_if_any()
    return value
