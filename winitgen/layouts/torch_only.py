"""What only the torch layout has, and Keras and Flax refuse with the same words; attentions are apart."""

from __future__ import annotations

from winitgen.catalog.layers.bilinear import BilinearForm
from winitgen.catalog.layers.flow import Refusal
from winitgen.catalog.layers.kernel_norm import NormedKernel
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.norm import FeatureNorm
from winitgen.catalog.layers.recurrent import Lstm
from winitgen.planning.plan import Plan


def torch_only(plan: Plan, framework: str, lstm: str) -> list[tuple[int, Refusal]]:
    """Return the layers that only PyTorch has, by their index in ``plan.layers``, and the reasons.

    ``lstm`` begins the sentence that the ``framework``'s LSTM has no projection.
    """
    refused = ((index, _refusal(layer.layer, framework, lstm)) for index, layer in enumerate(plan.layers))
    return [(index, refusal) for index, refusal in refused if refusal is not None]


def _refusal(layer: Layer, framework: str, lstm: str) -> Refusal | None:
    if isinstance(layer, BilinearForm):
        return Refusal("type", f"{framework} has no bilinear layer; choose the layout torch")
    if isinstance(layer, Lstm) and layer.projection is not None:
        message = f"{lstm} no projection; leave projection out, or choose the layout torch"
        return Refusal("projection", message)
    if isinstance(layer, NormedKernel) and layer.kernel_norm is not None:
        return Refusal(
            "kernel_norm",
            f"{framework} keeps other parts of a {layer.kernel_norm.type} than PyTorch; "
            "use the torch layout, or leave kernel_norm out",
        )
    if isinstance(layer, FeatureNorm) and layer.unit_offset:
        return Refusal(
            "unit_offset",
            f"{framework}'s norms multiply by the scale itself; use the torch layout, or leave unit_offset out",
        )
    return None
