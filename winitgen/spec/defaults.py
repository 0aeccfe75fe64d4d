"""``defaults`` and ``rules``: schemes and options for many layers at once."""

from __future__ import annotations

from typing import Any

from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.kinds import Quirks, Switch
from winitgen.catalog.presets import PRESETS
from winitgen.spec.absence import optional
from winitgen.spec.fields import BAD, Scope, check_keys, convert, mapping_of, refuse_list, value_of
from winitgen.spec.mistakes import Location, TextPlace
from winitgen.spec.model import Defaults, Rule
from winitgen.spec.nodes import Node, Sequence
from winitgen.spec.values import Distribution, read_choice, read_init, read_text

DEFAULTS = {
    "init": "Scheme of kernels and embeddings; if absent, as in the preset, else auto",
    "bias_init": "Scheme of biases; if absent, as in the preset, else auto",
    "distribution": "Distribution of the schemes that do not name one; if absent, normal",
    "use_bias": "Whether layers with a kernel have a bias; norms keep their shift; if absent, true",
    "preset": "Framework, or model of a library, whose own initialization holds where the spec gives no scheme; if absent, none",
    "quirks": "Framework whose fans are used instead of the true ones, or none; if absent, the preset's for what it draws, else the true ones",
}
"""The keys of ``defaults``, each with what it means."""

RULE_KEYS = {
    "match": "Pattern over parameter ids: * is any run of characters, ? is one; required",
    "init": "Scheme of the parameters that match; required",
    "type": "Layer type that the rule is limited to; if absent, any",
    "role": "Role that the rule is limited to, such as kernel; if absent, any",
}
"""The keys of a rule, each with what it means."""

MOST_RULES = 200
"""Each is matched against every parameter; Python's cache of patterns holds at least as many."""

RULE = "{match: '*/kernel', init: he_normal}"
"""The example of a rule in messages."""


def read_defaults(node: Node | None, scope: Scope) -> Defaults:
    """Return the ``defaults``; a key with a mistake counts as absent."""
    mapping = (
        mapping_of(node, "defaults", scope, "'defaults'", "{init: he_normal}") if node is not None else None
    )
    if mapping is None:
        return Defaults()
    check_keys(mapping, list(DEFAULTS), "defaults", scope, "defaults")
    values: dict[str, Any] = {}
    for key, (_, inner) in optional(mapping, scope).pairs.items():
        path = f"defaults.{key}"
        if key in ("init", "bias_init"):
            values[key] = read_init(inner, path, scope)
        elif key == "preset":
            values[key] = read_choice(
                inner, path, scope, "preset", tuple(PRESETS), listing="winitgen presets"
            )
        elif key in DEFAULTS:
            value = value_of(inner, path, scope)
            kind = {"use_bias": Switch, "quirks": Quirks}.get(key, Distribution)
            values[key] = value if value is BAD else convert(value, kind, inner, path, scope)
    if values.get("quirks") == "none" and values.get("preset") in (None, BAD):
        values["quirks"] = ""  # the true fans hold anyway
    return Defaults(**{key: value for key, value in values.items() if value is not BAD})


def read_rules(node: Node | None, scope: Scope) -> tuple[Rule, ...]:
    """Return the ``rules`` in their order, without those that have a mistake."""
    if node is None:
        return ()
    if not isinstance(node, Sequence):
        refuse_list(node, "rules", scope, "rules")
        return ()
    if len(node.items) > MOST_RULES:
        scope.fail(
            node.items[MOST_RULES],
            f"rules[{MOST_RULES}]",
            f"more than {MOST_RULES} rules; combine some with '*'",
        )
        return ()
    rules = [_rule(item, f"rules[{i}]", scope) for i, item in enumerate(node.items)]
    return tuple(rule for rule in rules if rule is not None)


def _rule(node: Node, path: str, scope: Scope) -> Rule | None:
    mapping = mapping_of(node, path, scope, "a rule", RULE)
    if mapping is None:
        return None
    check_keys(mapping, list(RULE_KEYS), path, scope, "a rule")
    missing = [key for key in ("match", "init") if key not in mapping.pairs]
    if missing:
        scope.fail(mapping, path, f"a rule needs {' and '.join(missing)}, as in {RULE}")
        return None
    at = {key: pair[1] for key, pair in optional(mapping, scope, ("match", "init")).pairs.items()}
    match = read_text(at["match"], f"{path}.match", scope, "a pattern over parameter ids")
    init = read_init(at["init"], f"{path}.init", scope)
    kind = read_choice(at["type"], f"{path}.type", scope, "layer type", tuple(LAYERS)) if "type" in at else ""
    role = read_text(at["role"], f"{path}.role", scope, "a role") if "role" in at else ""
    if BAD in (match, init, kind, role):
        return None
    keys = {key: TextPlace(inner.line, inner.column) for key, inner in at.items()}
    return Rule(match, init, kind, role, Location(node.line, node.column, path, keys))
