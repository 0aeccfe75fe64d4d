"""The report of summary."""

from __future__ import annotations

from typing import Annotated, Literal

from winitgen.report.schemas.parts import Count, ReportPart, VersionedReport, means

Sizes = list[Count | None] | None
"""The shape of one sample, channels first, with None for a size that is unknown; None if all are."""


class SummedLayer(ReportPart):
    """One layer, or neighbours that `--depth` joins."""

    layer: Annotated[str, means("Name")]
    type: Annotated[str, means("Type, or the number of layers")]
    output: Annotated[Sizes, means("Shape of one sample; null for what is unknown")]
    trainable: Annotated[Count, means("Number of values that can be trained")]
    buffers: Annotated[Count, means("Number of values of buffers, such as running statistics")]
    tied: Annotated[Count, means("Number of values that are those of another parameter")]
    multiply_adds: Annotated[Count | None, means("For one sample; null if a size is unknown")]


class SummaryTotals(ReportPart):
    """Sums over all layers."""

    trainable: Annotated[Count, means("Number of values that can be trained")]
    buffers: Annotated[Count, means("Number of values of buffers")]
    tied: Annotated[Count, means("Number of values that are those of another parameter")]
    multiply_adds: Annotated[
        Count | None, means("For one sample; null if a size is unknown, or all layers are params")
    ]
    bytes: Annotated[dict[str, Count], means("Size of the values that are stored once, by number format")]


class SummaryReport(VersionedReport):
    """What `winitgen summary` shows of a model."""

    report: Annotated[Literal["summary"], means("Whose report this is")]
    model: Annotated[str, means("Name of the model, empty if the spec has none")]
    inputs: Annotated[dict[str, Sizes], means("Shape of one sample of each input")]
    layers: Annotated[list[SummedLayer], means("Each layer, in order")]
    totals: Annotated[SummaryTotals, means("Sums over the layers")]
