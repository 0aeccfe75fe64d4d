"""What a config says about the variables of its family's layer-spec, with every mistake in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from winitgen.configs import layer_types
from winitgen.configs.config import Config
from winitgen.configs.family import Template
from winitgen.configs.field_problems import is_odd, problem_of, problem_of_pair
from winitgen.configs.known_fields import ACTIVATIONS, MAY_BE_WHOLE
from winitgen.configs.unused_fields import is_common, listed, meant_by
from winitgen.errors import Mistake, SpecError
from winitgen.spec.expressions import evaluate, substitute
from winitgen.spec.fields import NAME, Scope
from winitgen.spec.mistakes import (
    MOST_COMPARED,
    MOST_MISTAKES,
    Mistakes,
    show,
    suggest,
)
from winitgen.spec.nodes import Scalar
from winitgen.spec.operations import BadExpression
from winitgen.spec.variables import read_value

INSTEAD_OF_0 = 0.02
"""The standard deviation that the library's general rule takes for an ``initializer_range`` of 0."""


class Values:
    """The values of a config by the variables of a template.

    ``given`` are those that the config states, ``all`` those with the defaults too; ``notes`` tell what was not used.
    ``asked`` are the fields whose values a call gave: a whole number for a field that takes fractions is one, and
    ``fractions`` has it as the config must.
    Raises `SpecError` with every mistake of the config, or the first hundred.
    """

    def __init__(self, config: Config, template: Template, asked: Collection[str] = ()) -> None:
        self.config, self.template, self.family = config, template, template.family
        self.asked = asked
        self.fractions: dict[str, float] = {}
        self.given: dict[str, Any] = {}
        self.all: dict[str, Any] = {}
        self.notes: list[str] = []
        self._mistakes: list[Mistake] = []
        self._fields: dict[str, tuple[str, Any]] = {}
        self._spread()
        self._evaluate()
        self._refuse_others()
        self._check_layer_types()
        if not self._mistakes:
            self._check()
        if self._mistakes:
            raise SpecError(self._mistakes)

    def place(self, name: str) -> tuple[str, int, int]:
        """Return the field that a variable is, as the config spells it, with its line and column."""
        whole = next((whole for whole, parts in self.family.pairs.items() if name in parts), name)
        field = self._fields.get(whole, (whole, None))[0]
        return field, *self.config.place(field)

    def is_computed(self, name: str) -> bool:
        """Return whether the default of a variable is an expression of others."""
        node = self.template.variables[name]
        return isinstance(node, Scalar) and "${" in node.text

    def is_field(self, name: str) -> bool:
        """Return whether a variable is a field of a config, or the height or the width of one."""
        return name in self.template.fields or any(name in parts for parts in self.family.pairs.values())

    def default_of(self, name: str) -> str:
        """Return the text that a variable has in the family's layer-spec; empty for what has none."""
        node = self.template.variables.get(name)
        return node.text if isinstance(node, Scalar) else ""

    def needed(self) -> dict[str, Any]:
        """Return the fields that the config lacks though the library builds no model without them, with their values."""
        names = self.family.needed.get(str(self.config.fields.get("model_type")), ())
        return {name: self.all[name] for name in names if name not in self.given}

    def _spread(self) -> None:
        """Collect the fields, those of sections too, by the variables that they are."""
        for name, value in self.config.fields.items():
            prefix = self.family.sections.get(name)
            if prefix is None:
                self._collect(name, name, value)
            elif isinstance(value, dict):
                for inner, held in value.items():
                    self._collect(f"{name}.{inner}", prefix + inner, held)
            elif value is not None:
                self._fail(name, f"expected an object with fields, not {show(value)}")
        if "num_labels" in self.template.variables and isinstance(self.config.fields.get("id2label"), dict):
            self._collect("id2label", "num_labels", len(self.config.fields["id2label"]))
        classes = self.config.fields.get("architectures")
        self.given["architecture"] = classes[0] if classes else self.family.classes[0]

    def _collect(self, path: str, name: str, value: Any) -> None:
        """Note the value of one field; one that two fields give must be the same in both."""
        name = self.family.aliases.get(name, name)
        if value is not None and value == self.family.automatic.get(name):
            value = None
        other, known = self._fields.get(name, (path, value))
        if other != path and known is not None and value is not None and known != value:
            self._fail(
                path, f"{show(value)} contradicts {other}, which is {show(known)}; leave out one of them"
            )
        if value is not None or name not in self._fields:
            self._fields[name] = path, value

    def _evaluate(self) -> None:
        """Set the variables in order: the config's value, or the default, which may use earlier ones."""
        others = self.family.also.get(str(self.config.fields.get("model_type")), {})
        stated = {name: self._fields[name] for name in self.template.fields if name in self._fields}
        for name, node in self.template.variables.items():
            scope = Scope(Mistakes(""), {**self.all})
            default = (
                read_value(node, name, scope) if name not in others else self._of_type(name, others[name])
            )
            if scope.mistakes.found:
                raise _default_mistake(self, name, scope.mistakes.found[0])
            path, value = stated.get(name, (name, self.given.get(name)))
            if value is None and (name not in stated or name not in self.family.nullable):
                self.all[name] = default
                if name in others:
                    self.given[name] = default
                continue
            self.all[name] = self.given[name] = self._value(path, name, value, default)

    def _of_type(self, name: str, default: Any) -> Any:
        """Return the default of a variable for one ``model_type``, with its expression evaluated."""
        try:
            return _filled(default, self.all)
        except BadExpression as error:
            model_type = self.config.fields.get("model_type")
            raise self.template.mistake(f"also.{model_type}.{name}", str(error)) from None

    def _value(self, path: str, name: str, value: Any, default: Any) -> Any:
        """Return a value of the config in the form that the layer-spec takes; the default after a mistake."""
        if value is None:
            return None
        if name in self.family.activations:
            return self._activation(path, value, default)
        if name in self.family.separated and isinstance(value, str):
            value = [item.strip() for item in value.lower().split("|")]
        if name in self.family.pairs and isinstance(value, list):
            return self._pair(path, name, value, default)
        problem = problem_of(value, min(default, 0) if self._counts_from_0(name, default) else default)
        if not problem and self._lacks_a_point(name, value, default):
            if path not in self.asked:
                problem = f"a number with a decimal point, which the library requires here, such as {value}.0"
            else:
                value = self.fractions[path] = float(value)
        if not problem:
            return INSTEAD_OF_0 if self._stands_for_another(name, value) else _frozen(value)
        self._fail(path, f"expected {problem}, not {show(value)}")
        return default

    def _pair(self, path: str, name: str, value: list[Any], default: Any) -> Any:
        """Set the height and the width of a field that is a list of both, and return the height."""
        problem = problem_of_pair(value, default)
        if problem:
            self._fail(path, f"expected {problem}, not {show(value)}")
            return default
        self.given.update(zip(self.family.pairs[name], (*value, True), strict=False))
        return value[0]

    def _lacks_a_point(self, name: str, value: Any, default: Any) -> bool:
        """Return whether a value is a whole number in a field where the library's config takes none."""
        whole = name in MAY_BE_WHOLE or name in self.family.may_be_whole
        return (
            self.template.is_shipped and isinstance(default, float) and isinstance(value, int) and not whole
        )

    def _stands_for_another(self, name: str, value: Any) -> bool:
        """Return whether a value is the 0 for which the library's general rule has a deviation of its own.

        `PreTrainedModel._init_weights` of transformers 5.23 has it; a family with other rules says ``may_be_zero``.
        """
        return name == "initializer_range" and value == 0 and name not in self.family.may_be_zero

    def _counts_from_0(self, name: str, default: Any) -> bool:
        """Return whether a whole number may be 0 though its default is not: the family says so, or there may be none."""
        known = name in self.family.nullable or name in self.family.may_be_zero
        return known and isinstance(default, int) and not isinstance(default, bool)

    def _activation(self, path: str, value: Any, default: Any) -> Any:
        if isinstance(value, str) and value in ACTIVATIONS:
            return ACTIVATIONS[value]
        hint = suggest(str(value), ACTIVATIONS) or f"; the activations are {', '.join(ACTIVATIONS)}"
        self._fail(path, f"unknown activation {show(value)}{hint}")
        return default

    def _refuse_others(self) -> None:
        """Refuse fields that would change a tensor, and misspelt ones; note those that are not known."""
        unused: list[str] = []
        absent = [name for name in self.template.fields if name not in self._fields]
        for name, (path, value) in self._fields.items():
            if name in self.template.fields or name in self.family.ignored or is_common(name, path):
                continue
            if name in self.family.fixed:
                self._fixed(path, value, self.family.fixed[name])
            elif len(unused) < MOST_COMPARED and (meant := meant_by(name, absent)):
                self._fail(
                    path, f"{self.template.name} has no field {show(name)}; did you mean {show(meant)}?"
                )
            else:
                unused.append(path)
        if unused:
            self.notes.append(
                f"not used, as no tensor of {self.template.name} is known to depend on it: {listed(unused)}"
            )

    def _fixed(self, path: str, value: Any, only: Any) -> None:
        if value is not None and value != only:
            self._fail(
                path,
                f"{show(value)} would change the tensors in a way that is not known here; only {show(only)} is",
            )

    def _check_layer_types(self) -> None:
        """Refuse kinds of layers that the library does not know, and other than one for each layer.

        A family of the user's may have kinds of its own.
        """
        kinds, layers = self.given.get(layer_types.FIELD), self.all.get(layer_types.LAYERS)
        if not kinds or not isinstance(kinds, tuple) or not isinstance(layers, int):
            return
        problem = layer_types.problem_of_kinds(kinds, layers) if self.template.is_shipped else ""
        if problem:
            self._fail(self.place(layer_types.FIELD)[0], problem)

    def _check(self) -> None:
        for check in self.family.checks:
            path = self._fields.get(check.field, (check.field, None))[0]
            try:
                if evaluate(check.that, self.all) is not True:
                    self._fail(path, str(substitute(check.otherwise, self.all)))
            except BadExpression as error:
                self._fail(path, f"its values do not belong together: {error}")

    def _fail(self, path: str, message: str) -> None:
        self._mistakes.append(self.config.mistake(path, message))
        if len(self._mistakes) >= MOST_MISTAKES:
            raise SpecError(self._mistakes)


def _frozen(value: Any) -> Any:
    """Return a value with its lists as tuples, as expressions take them."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _filled(default: Any, values: Mapping[str, Any]) -> Any:
    return substitute(default, values) if isinstance(default, str) and "${" in default else default


def _default_mistake(values: Values, name: str, mistake: Mistake) -> SpecError:
    """Return the error for a variable that cannot be computed from the fields that the config has.

    It is one of those fields that is wrong, if the variable is none itself.
    """
    path, message = name, f"it has no value, and its default cannot be computed: {mistake.message}"
    words = f"{mistake.message} {values.default_of(name)}"
    used = [one for one in NAME.findall(words) if values.is_field(one)]
    if not values.is_field(name) and used:
        stated = [one for one in used if one in values.given]
        odd = [one for one in stated if is_odd(values.given[one])]
        path = values.place([*odd, *stated, *used][0])[0]
        message = f"its values do not belong together: {mistake.message}"
    return SpecError([*values._mistakes, values.config.mistake(path, message)])
