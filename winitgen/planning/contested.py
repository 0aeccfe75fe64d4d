"""A note about layers whose outputs meet two different activations."""

from __future__ import annotations

from winitgen.catalog.init import Init
from winitgen.catalog.layers.weight import Weight
from winitgen.planning.next_activation import NextActivation
from winitgen.planning.precedence import SelectedInit


class Contested:
    """The layers with a parameter that follows one of two activations; the first of them is described."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.first = ""

    def see(self, path: str, met: NextActivation, weight: Weight, selected: SelectedInit) -> None:
        """Keep a layer if its output meets two activations, and its ``weight`` follows the one that counts."""
        if met.other is None or path in self.paths[-1:] or not _follows(weight, selected):
            return
        if weight.init_key == "bias_init" and met.activation.row.bias == met.other[0].row.bias:
            return
        self.paths.append(path)
        if not self.first:
            there = _met(met.activation, met.at), _met(*met.other)
            self.first = f"{path} meets {' and '.join(there)}; it is drawn for {met.activation}"

    def notes(self) -> list[str]:
        """Return the note, if there is anything to note."""
        more = len(self.paths) - 1
        if more < 1:
            return [self.first] if self.first else []
        others = "1 more layer meets" if more == 1 else f"{more} more layers meet"
        return [f"{self.first} ({others} two activations)"]


def _met(activation: object, at: str) -> str:
    return f"{activation} at {at}" if at else f"{activation}"


def _follows(weight: Weight, selected: SelectedInit) -> bool:
    """Return whether the activation has a say in how ``weight`` is drawn: by ``auto``, or as its gain."""
    if selected.automatic:
        return weight.auto is None
    return _asks_for_the_gain(selected.init)


def _asks_for_the_gain(init: Init) -> bool:
    gain = init.options.get("gain", "auto" if "gain_rule" in init.options else None)
    return gain in ("auto", "torch")
