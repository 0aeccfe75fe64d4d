"""The Keras layers of learned tensors in the flow: classes of one weight each, as keras.applications' `LayerScale` is."""

from __future__ import annotations

from winitgen.catalog.layers.learned import Learned
from winitgen.catalog.layers.scale import Broadcast
from winitgen.layouts.channels import Order
from winitgen.layouts.keras.numbering import HERE, KerasLayer
from winitgen.layouts.tensor import Tensor
from winitgen.layouts.vectors import channels_last_vector
from winitgen.planning.plan import PlannedLayer

KINDS = {"scale": "layer_scale"}
"""The class for a type, in the snake case of Keras's files, if it is not called as the type is."""


def learned(layer: PlannedLayer, kind: Learned, order: Order | None, *, image: bool) -> list[KerasLayer]:
    """Return one layer with the tensor as its only weight; one that nothing flows into has no source."""
    [parameter] = layer.parameters
    name = layer.path.replace(".", "/")
    if isinstance(kind, Broadcast):
        tensor = channels_last_vector(name, parameter, kind, order, image=image)
    else:
        tensor = Tensor(name, [parameter])
    sources = () if kind.beside else (HERE,)
    return [KerasLayer(KINDS.get(kind.type, kind.type), sources, (("vars/0", tensor),))]
