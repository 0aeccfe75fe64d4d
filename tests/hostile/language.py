"""Every key, name and value of the layer-spec language, from the tables that the reader itself uses."""

from __future__ import annotations

from winitgen.catalog.activations import ACTIVATIONS
from winitgen.catalog.activations import ALIASES as OTHER_ACTIVATIONS
from winitgen.catalog.layers import LAYERS
from winitgen.catalog.layers.composite import Composite
from winitgen.catalog.layouts import LAYOUTS
from winitgen.catalog.presets import PRESETS
from winitgen.catalog.schemes import ALIASES as OTHER_SCHEMES
from winitgen.catalog.schemes import SCHEMES
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.spec.defaults import Defaults
from winitgen.spec.document import TOP_LEVEL
from winitgen.spec.fields import hints_of

VALUES = """\
valid same true false null ~ .nan .inf -0.0 1e-3 1e400 0x10 0o17 010 -1 0 1 2 3 18446744073709551615
18446744073709551616 1099511627776 1099511627777 fan_in fan_out fan_avg normal uniform truncated_normal
incoming outgoing encoder decoder input hidden output in_out omit auto torch keras flax none i gamma beta
kernel bias recurrent_kernel recurrent_bias embeddings alpha forward variance backward tokens * ?
"""

FRAGMENTS = (
    "input: ", "input: [2, 4, 4]\n", "input: {tokens: 3}\n", "layers:\n", "  - {", "}\n", ", ", ": ", "[", "]",
    "{", "}", "- ", "\n", "\n  ", "\n    ", "${", "}", "${i}", "${d}", "{i}", "sqrt(", " ** ", " // ", " / ",
    "&a ", "*a", "<<: ", "!!str ", "| \n", "> \n", "? ", "# ", "---\n", "...\n", "%YAML 1.2\n", "'", '"', "\\x1b",
    "\\ud83d", "\\u202e", "\\0", "\t", "\r\n", "\x85", "\u2028", "\ufeff", "\u200d", "@", "`", "../", "__metadata__",
    "match: '*/kernel'", "init: {scheme: ", "activation: {name: ", "name: a", "from: a", "from: [a, input]", "units: 3",
    "vars: {d: 4}\n", "type: dense, units: 3", "type: repeat, times: 2, name: 'r{i}', layers: [", "tied_to: a",
)  # fmt: skip
"""Sequences of characters with a meaning, in YAML or in the language."""


def words() -> list[str]:
    """Return every key, name and value of the language, each once, in a stable order."""
    found: dict[str, None] = dict.fromkeys(TOP_LEVEL)
    found |= dict.fromkeys([*Defaults._fields, "match", "role", "scheme", "slope", "alpha", "omega"])
    for kind, layer in LAYERS.items():
        found |= dict.fromkeys([kind, *hints_of(layer)])
        if issubclass(layer, Composite):
            found |= dict.fromkeys(layer.parts)
    options = [option for row in SCHEMES.values() for option in row.options]
    for table in (SCHEMES, OTHER_SCHEMES, options, ACTIVATIONS, OTHER_ACTIVATIONS, PRESETS):
        found |= dict.fromkeys(table)
    return list(found | dict.fromkeys([*FLOAT_DTYPES, *LAYOUTS, *VALUES.split()]))
