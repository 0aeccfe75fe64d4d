"""What several reports have in common: an object with no other keys, and the meaning of a key."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

Hexadecimal = Annotated[str, Meta(pattern="^[0-9a-f]+$")]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
Shape = list[Count]
Number = float | None
"""A number, None where there is none or float64 cannot hold it."""
Absent = UnsetType
"""The type of a key that a report may lack, whose default is `UNSET`."""

__all__ = ["UNSET", "Absent", "Count", "Hexadecimal", "Number", "Sha256", "Shape", "Share", "means"]


def means(text: str) -> Meta:
    """Return what annotates a key with its meaning."""
    return Meta(description=text)


class ReportPart(Struct, forbid_unknown_fields=True):
    """An object of a report, with these keys and no others."""


class VersionedReport(ReportPart):
    """A whole report; a subclass has ``report``, the name of its command."""

    version: Annotated[
        Literal[1],
        means("Version of this form; it rises when a key is renamed, removed or means something else"),
    ]


class Totals(ReportPart):
    """Sums over all tensors."""

    tensors: Annotated[Count, means("Number of tensors")]
    elements: Annotated[Count, means("Number of values")]
    bytes: Annotated[Count, means("Their size in bytes")]


class PlannedFigures(ReportPart):
    """A planned mean and standard deviation."""

    mean: Annotated[Number, means("Mean; null if the values are those of a file")]
    std: Annotated[Number, means("Standard deviation, likewise")]


class MeasuredValues(ReportPart):
    """Figures of the values of one tensor; null where a number is not finite, or is not worked out."""

    mean: Annotated[Number, means("Mean")]
    std: Annotated[Number, means("Standard deviation")]
    min: Annotated[Number, means("Smallest value")]
    max: Annotated[Number, means("Largest value")]


class CountedBins(ReportPart):
    """A histogram of bins of equal width."""

    low: Annotated[float, means("Lower end of the first bin")]
    high: Annotated[float, means("Upper end of the last bin; `low` if all values are equal")]
    counts: Annotated[list[Count], means("Number of values in each bin")]


class NormalDensity(ReportPart, tag_field="kind", tag="normal"):
    """The density of a normal distribution."""

    mean: Annotated[float, means("Mean")]
    std: Annotated[float, means("Standard deviation")]


class UniformDensity(ReportPart, tag_field="kind", tag="uniform"):
    """The density of a uniform distribution."""

    low: Annotated[float, means("Lower end")]
    high: Annotated[float, means("Upper end")]


class TruncatedDensity(ReportPart, tag_field="kind", tag="truncated_normal"):
    """The density of a normal distribution that is cut at both ends."""

    mean: Annotated[float, means("Mean before the cut")]
    std: Annotated[float, means("Standard deviation before the cut")]
    low: Annotated[float, means("Where it is cut below")]
    high: Annotated[float, means("Where it is cut above")]


Density = NormalDensity | UniformDensity | TruncatedDensity


class Digests(ReportPart):
    """Digests of the values, the same in every file format."""

    content: Annotated[
        Sha256 | Absent, means("Of all tensors with their names, shapes and number formats")
    ] = UNSET
    parameters: Annotated[
        Sha256 | Absent, means("Of all parameters of the model, the same in every layout")
    ] = UNSET


class ShardFile(ReportPart):
    """One of several files that hold a model."""

    file: Annotated[str, means("Its name in the folder")]
    bytes: Annotated[Count, means("Its size")]
    tensors: Annotated[Count, means("Number of tensors in it")]
