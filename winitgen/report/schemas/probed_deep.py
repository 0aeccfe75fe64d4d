"""What the report of probe tells of a deep network: slopes, residual streams, attention, rank, and one step against a loss."""

from __future__ import annotations

from typing import Annotated, Literal

from winitgen.report.schemas.parts import Count, Number, ReportPart, means


class SlopesByLayer(ReportPart):
    """Geometric means over the hidden layers that have a matrix: the factor from one layer to the next."""

    layers: Annotated[Count, means("Number of these layers")]
    signal: Annotated[Number, means("Factor on the root mean square before the activation")]
    gradient: Annotated[Number, means("Factor on the gradient's norm, on its way back")]
    distinct: Annotated[Number, means("Factor on the difference of two samples, as a share of their size")]
    depth_scale: Annotated[
        Number, means("Layers over which the square of a gradient changes by a factor e; null if unbounded")
    ]


class StreamBranch(ReportPart):
    """What is added to a residual stream."""

    layer: Annotated[str, means("Layer at its end")]
    std: Annotated[Number, means("Standard deviation of its output")]
    ratio: Annotated[Number, means("Its root mean square over that of the stream it is added to")]


class StreamSumEntry(ReportPart):
    """One sum of a residual stream and its branches."""

    sum: Annotated[str, means("Layer that adds")]
    std: Annotated[Number, means("Standard deviation of the sum, before its activation")]
    growth: Annotated[Number, means("The same over that of the stream where it starts")]
    branches: Annotated[list[StreamBranch], means("Each signal that is added")]


class ResidualStream(ReportPart):
    """A signal that flows past blocks of layers, and what they add to it."""

    start: Annotated[str, means("Layer, or input, where it starts")]
    std: Annotated[Number, means("Standard deviation there")]
    blocks: Annotated[list[StreamSumEntry], means("Each sum, in order")]


class AttentionEntropy(ReportPart):
    """How evenly an attention layer looks at the keys."""

    layer: Annotated[str, means("Name of the layer")]
    entropy: Annotated[
        Number,
        means("Entropy over the log of the number of visible keys, as a mean; 1 if all keys count alike"),
    ]


class RankEntry(ReportPart):
    """In how many directions the last representation differs."""

    layer: Annotated[str, means("Layer that it belongs to")]
    of: Annotated[Literal["input", "output"], means("What of the layer it is")]
    effective: Annotated[
        Number, means("Effective rank: exp of the entropy of the singular values over their sum")
    ]
    most: Annotated[Count, means("Largest rank that it could have")]


class ParameterStep(ReportPart):
    """One parameter and its update."""

    id: Annotated[str, means("Id of the parameter")]
    layer: Annotated[str, means("Layer that holds it")]
    weight_norm: Annotated[Number, means("Norm of its values")]
    gradient_norm: Annotated[Number, means("Norm of its gradient")]
    ratio: Annotated[Number, means("Norm of the update over that of the values")]


class PlainStep(ReportPart):
    """One step of plain gradient descent against a loss."""

    loss: Annotated[Literal["cross_entropy", "mse"], means("The loss")]
    value: Annotated[Number, means("Its value")]
    learning_rate: Annotated[float, means("Learning rate of the step")]
    left_out: Annotated[list[str], means("Layers with random values whose gradients are not known")]
    parameters: Annotated[list[ParameterStep], means("Each parameter whose gradient is known")]
