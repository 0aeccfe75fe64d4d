"""What to write instead of a layer type that does not exist."""

from __future__ import annotations

from winitgen.catalog import activations, spellings
from winitgen.catalog.activations import ACTIVATIONS
from winitgen.catalog.layers import LAYERS
from winitgen.catalog.spellings import folded
from winitgen.spec.mistakes import suggest

LISTED = "; `winitgen layers` lists them"


def type_hint(name: str) -> str:
    """Return the type that was meant, the activation written as a layer, or where the types are listed.

    >>> type_hint("nn.Linear"), type_hint("ReLU")
    ("; did you mean 'dense'?", "; write 'type: activation' with 'activation: relu'")
    """
    known = {folded(alias): meant for alias, meant in activations.ALIASES.items()}
    known |= {folded(activation): activation for activation in ACTIVATIONS}
    form = folded(name)
    if form in known and form not in spellings.LAYER_TYPES and form not in {folded(kind) for kind in LAYERS}:
        return f"; write 'type: activation' with 'activation: {known[form]}'"
    return suggest(name, list(LAYERS), spellings.LAYER_TYPES) or LISTED
