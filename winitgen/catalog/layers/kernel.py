"""Base classes of layers with a kernel, and of those with a bias."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from winitgen.catalog.activations import Applied
from winitgen.catalog.init import Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.kinds import Dtype, Quirks, Size, Switch
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.tied import Tieable, Tied, TiedTo
from winitgen.catalog.layers.weight import Weight


class WithBias(Layer, frozen=True, kw_only=True):
    """A layer whose bias ``use_bias`` switches on or off; None leaves it to the defaults."""

    if TYPE_CHECKING:  # each family has the field at another position in its order
        use_bias: bool | tuple[str, ...] | None


class Kernel(WithBias, Tieable, frozen=True, kw_only=True):
    """A layer with a kernel and perhaps a bias."""

    kernel: ClassVar[bool] = True

    inputs: Annotated[Size | None, meanings.INPUTS] = None
    activation: Annotated[Applied | None, meanings.ACTIVATION] = None
    init: Annotated[Init | None, meanings.INIT] = None
    bias_init: Annotated[Init | None, meanings.BIAS_INIT] = None
    use_bias: Annotated[Switch | None, meanings.USE_BIAS] = None
    quirks: Annotated[Quirks | None, meanings.QUIRKS] = None
    dtype: Annotated[Dtype | None, meanings.DTYPE] = None
    tied_to: Annotated[TiedTo | None, meanings.TIED_TO] = None
    tied: Annotated[Tied | None, meanings.TIED] = None

    def bias(self, units: int, fan_in: float, fan_out: float) -> list[Weight]:
        """Return the bias of ``units`` elements, if there is one; its fans are the layer's."""
        if self.use_bias is False:
            return []
        return [Weight("bias", (units,), "bias_init", fan_in, fan_out)]
