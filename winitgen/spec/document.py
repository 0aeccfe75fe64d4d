"""The top level of a layer-spec: from the bytes of a file to a `ModelSpec`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping as MappingType
from typing import Any

from winitgen import __version__
from winitgen.catalog.layouts import LAYOUTS
from winitgen.errors import UsageError
from winitgen.spec import yaml
from winitgen.spec.absence import given
from winitgen.spec.defaults import read_defaults, read_rules
from winitgen.spec.fields import BAD, Scope, check_keys, mapping_of, value_of
from winitgen.spec.interface import read_inputs, read_outputs
from winitgen.spec.layers import LayerReader
from winitgen.spec.mistakes import Mistakes, TooManyMistakes, show, suggest
from winitgen.spec.model import Entry, ModelSpec
from winitgen.spec.nodes import Node
from winitgen.spec.operations import Plain
from winitgen.spec.repetition import MOST_LAYERS
from winitgen.spec.shared_groups import filled
from winitgen.spec.values import read_choice, read_dtype, read_text
from winitgen.spec.variables import set_variables

TOP_LEVEL = {
    "model": "Name of the model; if absent, none",
    "winitgen": "Oldest winitgen that may read the spec, such as '>=0.1'; if absent, any",
    "seed": "Seed of every value, a whole number from 0 to 2^64 - 1; if absent, 0",
    "dtype": "Number format of the parameters; if absent, float32",
    "layout": "Framework whose names and axes the file has; if absent, torch",
    "input": "What flows in, for one sample: 784 features, [3, 32, 32] channels first, or {tokens: 1024}; "
    "several by name, as in {image: [3, 32, 32], table: 12}; if absent, each first layer states its inputs",
    "outputs": "Layers whose outputs are the model's, as a list, or by name, as in {logits: head}; "
    "if absent, those that no layer takes",
    "vars": "Values to use in ${...}: numbers, text, true, false, null, lists and mappings; a later one may use earlier ones",
    "defaults": "What holds for every layer that does not say otherwise",
    "rules": "Schemes for the parameters whose ids match a pattern; the last match wins",
    "layers": "Layers, from the input to the output; required",
}
"""The keys of a layer-spec, each with what it means."""

LARGEST_SEED = 2**64 - 1


def read_spec(
    content: bytes, mistakes: Mistakes, variables: MappingType[str, Plain] | None = None
) -> ModelSpec | None:
    """Return the spec in ``content``, with ``variables`` replacing those of the same name.

    Every mistake goes into ``mistakes``; a layer with a mistake is an entry without a layer, so that the
    sizes of the others can be checked too. Returns None if the content is not a layer-spec at all.
    Raises `UsageError` for a variable that the spec does not have.
    """
    try:
        root = yaml.read(content, mistakes)
    except TooManyMistakes:
        return None
    return None if root is None else read_nodes(root, mistakes, variables)


def read_nodes(
    root: Node,
    mistakes: Mistakes,
    variables: MappingType[str, Plain] | None = None,
    most_layers: int = MOST_LAYERS,
) -> ModelSpec | None:
    """Return the spec in a parsed document, as `read_spec` does."""
    try:
        return _Document(root, mistakes, dict(variables or {}), most_layers).read()
    except TooManyMistakes:
        return None


class _Document:
    """One document while it is being read."""

    def __init__(self, root: Node, mistakes: Mistakes, variables: dict[str, Plain], most_layers: int) -> None:
        self.mistakes = mistakes
        self.most_layers = most_layers
        self.variables = variables
        self.scope = Scope(mistakes, {})
        self.root = mapping_of(root, "", self.scope, "a layer-spec", "{input: 784, layers: [...]}")

    def read(self) -> ModelSpec | None:
        if self.root is None:
            return None
        check_keys(self.root, list(TOP_LEVEL), "", self.scope, "a layer-spec")
        self._version()
        self._vars()
        layers, twins = filled(self._layers(), self.mistakes)
        return ModelSpec(
            model=self._text("model"),
            seed=self._seed(),
            dtype=self._read("dtype", read_dtype, "float32"),
            layout=self._read("layout", _read_layout, "torch"),
            inputs=read_inputs(self._node("input"), self.scope),
            outputs=read_outputs(self._node("outputs"), self.scope),
            defaults=read_defaults(self._node("defaults"), self.scope),
            rules=read_rules(self._node("rules"), self.scope),
            layers=layers,
            file=self.mistakes.file,
            twins=twins,
        )

    def _node(self, key: str) -> Node | None:
        """Return the value of a top-level key; a key without a value counts as absent."""
        return given(self.root, key, self.scope)

    def _read(self, key: str, reader: Any, default: Any) -> Any:
        """Return the value of a key by ``reader``, or ``default`` if it is absent or has a mistake."""
        node = self._node(key)
        value = default if node is None else reader(node, key, self.scope)
        return default if value is BAD else value

    def _text(self, key: str) -> str:
        return str(self._read(key, lambda node, path, scope: read_text(node, path, scope, "text"), ""))

    def _version(self) -> None:
        node = self._node("winitgen")
        text = "" if node is None else self._text("winitgen")
        if node is None or not text:
            return
        wanted = re.fullmatch(r"\s*>=\s*([0-9]{1,6}(?:\.[0-9]{1,6}){0,2})\s*", text)
        if wanted is None:
            self.scope.fail(node, "winitgen", f"expected a version such as '>=0.1', not {show(text)}")
        elif _release(wanted[1]) > _release(__version__):
            self.scope.fail(
                node, "winitgen", f"this spec needs winitgen {wanted[1]} or newer; this is {__version__}"
            )

    def _vars(self) -> None:
        """Evaluate the variables in order, each with those before it; those of the call replace theirs."""
        node = self._node("vars")
        mapping = mapping_of(node, "vars", self.scope, "'vars'", "{d: 64}") if node is not None else None
        pairs = mapping.pairs if mapping else {}
        for name in self.variables:
            if name not in pairs:
                raise UsageError(
                    f"the spec has no variable {show(name)} in 'vars'{suggest(name, list(pairs))}"
                )
        set_variables(pairs, "vars", self.scope, self.variables)

    def _seed(self) -> int:
        node = self._node("seed")
        value = 0 if node is None else value_of(node, "seed", self.scope)
        if node is not None and value is not BAD and not is_seed(value):
            self.scope.fail(node, "seed", f"expected a whole number from 0 to 2^64 - 1, not {show(value)}")
        return value if is_seed(value) else 0

    def _layers(self) -> tuple[Entry, ...]:
        assert self.root is not None
        if "layers" not in self.root.pairs:
            self.scope.fail(self.root, "", "a layer-spec needs 'layers', a list of layers")
            return ()
        node = self.root.pairs["layers"][1]
        layers = LayerReader(self.most_layers).read(node, "layers", self.scope, Counter())
        if layers == ():
            message = "no layer is left: 'when', 'times: 0' or an empty 'over' leaves out each one"
            self.scope.fail(node, "layers", message)
        return () if layers is BAD else layers


def _read_layout(node: Node, path: str, scope: Scope) -> Any:
    return read_choice(node, path, scope, "layout", LAYOUTS)


def is_seed(value: object) -> bool:
    """Return whether ``value`` can be a seed: a whole number from 0 to 2^64 - 1."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_SEED


def _release(version: str) -> tuple[int, ...]:
    """Return a version as comparable numbers; missing ones count as 0."""
    numbers = [int(part) for part in version.split(".")]
    return tuple(numbers + [0] * (3 - len(numbers)))
