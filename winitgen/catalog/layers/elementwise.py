"""Layers that act on each value separately."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from winitgen.catalog.activations import ACTIVATIONS, Applied
from winitgen.catalog.init import Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.kinds import Dtype, Switch
from winitgen.catalog.layers.layer import Layer, refuse_tokens, size_of
from winitgen.catalog.layers.tied import Tieable, Tied, TiedTo
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.schemes import SCHEMES


class Activation(Layer, frozen=True, kw_only=True):
    """An activation as a layer of its own."""

    type: ClassVar[str] = "activation"
    transparent: ClassVar[bool] = True

    activation: Annotated[Applied, "Activation that is applied"]

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Leave the shape as it is."""
        refuse_tokens(self, incoming)
        return incoming


class Dropout(Layer, frozen=True, kw_only=True):
    """Sets a share of the values to 0 during training."""

    type: ClassVar[str] = "dropout"
    transparent: ClassVar[bool] = True

    rate: Annotated[
        float,
        Meta(ge=0, lt=1, description="a number from 0 up to, not including, 1"),
        "Share of the values set to 0 in training",
    ] = 0.5


Factor = Annotated[float, Meta(description="a number other than 0")]


class Rescaling(Layer, frozen=True, kw_only=True):
    """Multiplies by a fixed number, which is no parameter, and may add another one."""

    type: ClassVar[str] = "rescaling"
    transparent: ClassVar[bool] = True

    factor: Annotated[Factor, "Number that multiplies every value, such as ${sqrt(d)}"]
    offset: Annotated[float, "Number that is added after it"] = 0.0

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Leave the shape as it is."""
        refuse_tokens(self, incoming)
        if not self.factor:
            raise Refusal("factor", "a factor of 0 leaves nothing of what flows in; write another number")
        return incoming


class Prelu(Layer, Tieable, frozen=True, kw_only=True):
    """Leaky ReLU with a slope that is learned: one for all, or one for each channel."""

    type: ClassVar[str] = "prelu"
    family: ClassVar[str] = "prelu"
    transparent: ClassVar[bool] = True

    per_channel: Annotated[Switch, "Whether each channel has a slope, or all share one"] = False
    init: Annotated[Init | None, "Scheme of the slope; if absent, 0.25, or as in the preset"] = None
    dtype: Annotated[Dtype | None, meanings.DTYPE] = None
    tied_to: Annotated[TiedTo | None, meanings.TIED_TO] = None
    tied: Annotated[Tied | None, meanings.TIED] = None

    @property
    def applied(self) -> Applied:
        """Leaky ReLU with the slope at the start of training."""
        applied = Applied("prelu", self._slope())
        return applied if _has_gain(applied) else Applied("prelu", ACTIVATIONS["prelu"].default)

    def _slope(self) -> float:
        """Return the slope if ``init`` is one number, else that of ``auto``."""
        value = None
        if self.init is not None:
            value = self.init.options.get("value", SCHEMES[self.init.scheme].defaults.get("value"))
        return value if isinstance(value, float) else ACTIVATIONS["prelu"].default

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Leave the shape as it is."""
        refuse_tokens(self, incoming)
        shape = (None,) if incoming is None else incoming.shape or ()
        if self.per_channel and shape[:1] == (None,):
            raise Refusal(
                "per_channel", "the channels that flow into this prelu are unknown; state the model's 'input'"
            )
        if not _has_gain(Applied("prelu", self._slope())):
            raise Refusal(
                "init", f"prelu has no gain with slope {self._slope():g}; write one near 0, such as 0.25"
            )
        return incoming

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Alpha, the slope, which starts at 0.25 (He et al. 2015, section 2.1)."""
        size = size_of(self, incoming, 0) if self.per_channel else 1
        auto = Init("constant", value=ACTIVATIONS["prelu"].default)
        return [] if size is None else [Weight("alpha", (size,), "init", auto=auto)]


def _has_gain(applied: Applied) -> bool:
    """Return whether every gain of the activation, for its number, is above 0 and finite."""
    return all(0 < gain < math.inf for gain in applied.gains)
