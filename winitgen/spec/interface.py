"""The interface of a model: what flows in, by name if there are several inputs, and what flows out."""

from __future__ import annotations

import math
from typing import Annotated, Any

from msgspec import Meta

from winitgen.catalog.layers.flow import LARGEST_FLOW, MOST_AXES, UNKNOWN, Flow
from winitgen.catalog.layers.kinds import Size
from winitgen.spec.fields import BAD, Scope, check_keys, convert, value_of
from winitgen.spec.layer_names import name_problem, read_reference
from winitgen.spec.mistakes import Location, closest, show
from winitgen.spec.model import ModelInput, ModelOutput
from winitgen.spec.nodes import Mapping, Node, Sequence
from winitgen.spec.variables import written_out

Input = Annotated[
    Size | Annotated[tuple[Size, ...], Meta(min_length=1, max_length=MOST_AXES)],
    Meta(
        description=f"a number of features, a list of at most {MOST_AXES} such as [3, 32, 32] (channels first), "
        "or {tokens: N}"
    ),
]

TOKENS = "tokens"
"""The key of an input of token ids; no input can have this name."""


def read_inputs(node: Node | None, scope: Scope) -> tuple[ModelInput, ...]:
    """Return the inputs of the model; one with a mistake has an unknown shape."""
    if node is None:
        return ()
    node = written_out(node, scope)
    if not isinstance(node, Mapping) or _is_tokens(node):
        return (ModelInput("", _flow(node, "input", scope), _location(node, "input")),)
    if not node.pairs:
        scope.fail(node, "input", "expected {tokens: N}, or a name and a shape for each of several inputs")
        return (ModelInput("", UNKNOWN, _location(node, "input")),)
    return tuple(_named(key, *pair, scope) for key, pair in node.pairs.items())


def _is_tokens(node: Mapping) -> bool:
    """Return whether a mapping is ``{tokens: N}``, perhaps misspelt, rather than inputs by name."""
    return len(node.pairs) == 1 and all(key == TOKENS or closest(key, [TOKENS]) for key in node.pairs)


def _named(name: str, key: Node, node: Node, scope: Scope) -> ModelInput:
    path = f"input.{name}"
    problem = name_problem(name)
    if name == TOKENS:
        scope.fail(key, path, "with several inputs, each has a name; write {text: {tokens: 12}}")
    elif problem or "." in name:
        problem = problem or "must consist of letters, digits, '_' and '-'"
        scope.fail(key, path, f"the name {show(name)} {problem}")
    return ModelInput(name, _flow(node, path, scope), _location(key, path))


def _flow(node: Node, path: str, scope: Scope) -> Flow:
    """Return what flows in: a shape, which is an image's if it has three or more axes, or tokens."""
    node = written_out(node, scope)
    tokens = isinstance(node, Mapping)
    kind: Any = Size if tokens else Input
    if isinstance(node, Mapping):
        if TOKENS not in node.pairs:
            if not check_keys(node, [TOKENS], path, scope, "input"):
                scope.fail(node, path, "an input of token ids is {tokens: N}")
            return UNKNOWN
        check_keys(node, [TOKENS], path, scope, "input")
        path, node = f"{path}.{TOKENS}", node.pairs[TOKENS][1]
    value = value_of(node, path, scope)
    value = value if value is BAD else convert(value, kind, node, path, scope)
    if value is BAD:
        return Flow(None, tokens=tokens)
    shape = (value,) if isinstance(value, int) else value
    if math.prod(shape) > LARGEST_FLOW:
        scope.fail(node, path, f"{Flow(shape)} holds more than 2^62 values; use smaller sizes")
        return Flow(None, tokens=tokens)
    return Flow(shape, image=len(shape) > 2, tokens=tokens)


def read_outputs(node: Node | None, scope: Scope) -> tuple[ModelOutput, ...]:
    """Return the outputs of the model, each with the layer that it comes from; none if not stated."""
    if node is None:
        return ()
    node = written_out(node, scope)
    if isinstance(node, Mapping) and node.pairs:
        for key, (at, _) in node.pairs.items():
            if problem := name_problem(key):
                scope.fail(at, f"outputs.{key}", f"the name {show(key)} {problem}")
        found = [_output(value, f"outputs.{key}", scope, key) for key, (_, value) in node.pairs.items()]
    elif isinstance(node, Sequence) and node.items:
        found = [_output(item, f"outputs[{i}]", scope) for i, item in enumerate(node.items)]
    else:
        value = value_of(node, "outputs", scope)
        if value is not BAD:
            expected = "a list of layers, or a mapping such as {logits: head}"
            scope.fail(node, "outputs", f"expected {expected}, not {show(value)}")
        return ()
    outputs = [output for output in found if output is not None]
    names: set[str] = set()
    for output in outputs:
        if output.name in names:
            message = f"the output {show(output.name)} is named twice; leave one out"
            scope.mistakes.add(output.location, message)
        names.add(output.name)
    return tuple(outputs)


def _output(node: Node, path: str, scope: Scope, name: str = "") -> ModelOutput | None:
    layer = read_reference(node, path, scope)
    return None if layer is BAD else ModelOutput(name or layer, layer, _location(node, path))


def _location(node: Node, path: str) -> Location:
    return Location(node.line, node.column, path)
