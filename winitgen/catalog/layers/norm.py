"""Normalisation layers: a scale gamma, a shift beta, and the running statistics of batch norm."""

from __future__ import annotations

from typing import Annotated, ClassVar

from winitgen.catalog.activations import Applied
from winitgen.catalog.init import ONES, ZEROS, Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.kinds import Dtype, Epsilon, Size, Switch
from winitgen.catalog.layers.layer import Layer, refuse_tokens, size_of
from winitgen.catalog.layers.tied import Tieable, Tied, TiedTo
from winitgen.catalog.layers.weight import Weight
from winitgen.numeric.amount import amount


class Norm(Layer, Tieable, frozen=True, kw_only=True):
    """``init`` and ``bias_init`` are those of gamma and beta; ``defaults`` do not reach them."""

    transparent: ClassVar[bool] = True
    norm: ClassVar[bool] = True
    family: ClassVar[str] = "norm"
    axis: ClassVar[int]

    inputs: Annotated[Size | None, meanings.INPUTS] = None
    epsilon: Annotated[Epsilon, "Added to the variance, or to the mean square, before the root"] = 1e-5
    affine: Annotated[Switch, meanings.AFFINE] = True
    activation: Annotated[Applied | None, meanings.ACTIVATION] = None
    init: Annotated[Init | None, "Scheme of the scale; if absent, ones"] = None
    bias_init: Annotated[Init | None, "Scheme of the shift, if there is one; if absent, zeros"] = None
    dtype: Annotated[Dtype | None, meanings.DTYPE] = None
    tied_to: Annotated[TiedTo | None, meanings.TIED_TO] = None
    tied: Annotated[Tied | None, meanings.TIED] = None

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Leave the shape as it is."""
        refuse_tokens(self, incoming)
        size = size_of(self, incoming, self.axis)
        return Flow((size,)) if incoming is None else incoming

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Gamma and beta, one of each for every channel (or feature)."""
        size = size_of(self, incoming, self.axis)
        return [] if size is None else [*self.affine_weights(size), *self.buffers(size)]

    def affine_weights(self, size: int) -> list[Weight]:
        """Gamma 1 and beta 0."""
        if not self.affine:
            return []
        return [Weight("gamma", (size,), "init", auto=ONES), Weight("beta", (size,), "bias_init", auto=ZEROS)]

    def buffers(self, size: int) -> list[Weight]:
        """State that is kept between batches: none, unless overridden."""
        return []


class BatchNorm(Norm, frozen=True, kw_only=True):
    """Normalises each channel over the batch; keeps running statistics."""

    type: ClassVar[str] = "batch_norm"
    axis: ClassVar[int] = 0

    def buffers(self, size: int) -> list[Weight]:
        """Running mean 0 and variance 1, and a count of the batches seen."""
        return [
            Weight("moving_mean", (size,), "", auto=ZEROS),
            Weight("moving_variance", (size,), "", auto=ONES),
            Weight("num_batches_tracked", (), "", auto=ZEROS, dtype="int64"),
        ]


class GroupNorm(Norm, frozen=True, kw_only=True):
    """Normalises groups of channels of one sample."""

    type: ClassVar[str] = "group_norm"
    axis: ClassVar[int] = 0

    groups: Annotated[Size, "Groups of channels, each normalised by itself"]

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Leave the shape as it is; the groups must divide the channels."""
        size = size_of(self, incoming, self.axis)
        if size is not None and size % self.groups:
            raise Refusal(
                "groups", f"{self.groups} groups do not divide the {amount(size, 'channel')} that flow in"
            )
        return super().flow(incoming)


class InstanceNorm(Norm, frozen=True, kw_only=True):
    """Normalises each channel of one sample; has a scale and a shift where ``affine`` is true."""

    type: ClassVar[str] = "instance_norm"
    axis: ClassVar[int] = 0

    affine: Annotated[Switch, meanings.AFFINE] = False

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Leave the shape as it is; a channel needs more than one value to normalise."""
        if incoming is not None and incoming.shape is not None and len(incoming.shape) == 1:
            raise Refusal(
                "", f"instance_norm takes channels and at least one spatial axis, but {incoming} flows in"
            )
        return super().flow(incoming)


class FeatureNorm(Norm, frozen=True, kw_only=True):
    """Normalises the last axis of one sample; its scale may be stored less 1, as in Gemma."""

    axis: ClassVar[int] = -1
    later: ClassVar[tuple[str, ...]] = ("unit_offset",)

    unit_offset: Annotated[Switch, meanings.UNIT_OFFSET] = False

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Leave the shape as it is; what is added to a scale needs one."""
        if self.unit_offset and not self.affine:
            raise Refusal(
                "unit_offset", "unit_offset adds 1 to the scale; write 'affine: true', or leave it out"
            )
        return super().flow(incoming)

    def affine_weights(self, size: int) -> list[Weight]:
        """Gamma 1, or 0 if 1 is added to it, and beta 0."""
        weights = super().affine_weights(size)
        return [weights[0]._replace(auto=ZEROS), *weights[1:]] if self.unit_offset else weights


class LayerNorm(FeatureNorm, frozen=True, kw_only=True):
    """Normalises the last axis of one sample."""

    type: ClassVar[str] = "layer_norm"

    use_bias: Annotated[Switch, "Whether there is a shift, whatever the defaults say"] = True

    def affine_weights(self, size: int) -> list[Weight]:
        """Gamma and, unless ``use_bias`` is false, beta."""
        weights = super().affine_weights(size)
        return weights if self.use_bias else weights[:1]


class RmsNorm(FeatureNorm, frozen=True, kw_only=True):
    """Divides the last axis by its root mean square; has no shift."""

    type: ClassVar[str] = "rms_norm"

    def affine_weights(self, size: int) -> list[Weight]:
        """Gamma alone."""
        return super().affine_weights(size)[:1]
