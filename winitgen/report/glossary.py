"""What the words in the heads of the pages' tables mean."""

from __future__ import annotations

from collections.abc import Mapping

from winitgen.report.page import section, text

_OF_DRAWING = {
    "seed": "The number from which all random numbers come.",
    "stream": "The version of the drawing. The same stream, layer-spec and seed give the same bytes.",
}

OF_WEIGHTS = {
    "scheme": "How a tensor is drawn, with the formula of its standard deviation, its bound or its value.",
    "fan_in, fan_out": "Inputs of each unit, and outputs of each input; the layer states them.",
    "planned": "Mean and standard deviation of the distribution that is drawn from.",
    "measured": "The same of the values that were drawn, which scatter around it: less, the more there are.",
    **_OF_DRAWING,
    "layout": "The framework whose names and axes the tensors have.",
    "recipe": "What the file says of itself, from which it can be drawn again; its hash is what winitgen verify --expect takes.",
    "digest": "A hash of the values, the same in every file format.",
}
"""The words of a page about drawn weights."""

OF_PROBES = {
    "pre-activation": "What enters a layer's activation, over all samples and units.",
    "activation": "What leaves the layer.",
    "theory": "What mean-field theory predicts beside it, for wide layers with independent weights.",
    "gradient": "What comes back from a random gradient at the output, before the activation.",
    "saturated": "Share of the values at which the slope of the activation is below 1 % of its largest.",
    "at the ends": "Share of the outputs within 1 % of the ends of the activation's range.",
    "dead": "Share of the units that are 0 for every sample.",
    "gain forward": "Root mean square of the output of a layer over that of its input; 1 keeps a signal.",
    "gain backward": "The same of the gradient, from the output to the input.",
    "condition": "Largest over smallest singular value of the kernel.",
    "verdict": "Healthy, or what will hinder training: a signal or gradient that is vanishing or exploding, units that are saturating or dead.",
    "edge of chaos": "The gain at which neighbouring inputs neither become one nor drift apart.",
    **_OF_DRAWING,
}
"""The words of a page about a probe."""


def glossary(words: Mapping[str, str]) -> str:
    """Return words with their meanings as a section."""
    items = "\n".join(
        f"<div><dt>{text(word)}</dt><dd>{text(means)}</dd></div>" for word, means in words.items()
    )
    return section("Glossary", f'<dl class="glossary">\n{items}\n</dl>')
