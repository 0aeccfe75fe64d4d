"""The report of inspect."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from winitgen.report.schemas.parts import (
    UNSET,
    Absent,
    Count,
    CountedBins,
    Digests,
    Number,
    ReportPart,
    Sha256,
    Shape,
    Totals,
    VersionedReport,
    means,
)


class FileStatistics(ReportPart):
    """Figures of the values of one tensor, over those that are finite."""

    of: Annotated[
        Literal["values", "modulus"], means("What `min`, `max` and `histogram` describe; modulus if complex")
    ]
    finite: Annotated[Count, means("Number of values that are neither NaN nor infinite")]
    zeros: Annotated[Count, means("Number of those that are 0 or -0")]
    nan: Annotated[Count, means("Number of NaN")]
    infinite: Annotated[Count, means("Number of infinite values")]
    mean: Annotated[Number | list[Number], means("Mean; of complex numbers its two parts")]
    std: Annotated[Number, means("Standard deviation")]
    min: Annotated[Number, means("Smallest, exact")]
    max: Annotated[Number, means("Largest, exact")]
    histogram: Annotated[CountedBins | None, means("At most 64 bins, or 256 with `--tensor`")]


class InspectedTensor(ReportPart):
    """One tensor of the file."""

    name: Annotated[str, means("Name in the file, empty if it has none")]
    shape: Annotated[Shape | None, means("Length of each axis; null if there is none to tell")]
    dtype: Annotated[str, means("Number format")]
    elements: Annotated[Count, means("Number of values")]
    bytes: Annotated[Count, means("Size of the values in bytes")]
    unread: Annotated[str | None, means("Why the values cannot be read; null if they can")]
    statistics: Annotated[
        FileStatistics | None, means("Null with `--header`, or if the values are no numbers")
    ]
    first: Annotated[
        list[float | bool | str] | Absent,
        means("With `--tensor`: the first values, as text if complex or not finite"),
    ] = UNSET
    l1: Annotated[float | str | Absent, means("With `--tensor`: sum of the moduli; `inf` beyond float64")] = (
        UNSET
    )
    l2: Annotated[float | str | Absent, means("With `--tensor`: root of the sum of squares, likewise")] = (
        UNSET
    )
    quantiles: Annotated[
        dict[str, float] | Absent | None,
        means("With `--tensor`: by the share of the finite values that is below"),
    ] = UNSET


class Provenance(ReportPart):
    """What the file says of how it was drawn."""

    recipe: Annotated[
        Literal["whole", "hash"],
        means("Whether the file holds the recipe or its hash; of a hash all else is null"),
    ]
    sha256: Annotated[Sha256, means("SHA-256 of the recipe, which `init` prints as `recipe`")]
    model: Annotated[str | None, means("Name of the model")]
    seed: Annotated[Any, means("Seed")]
    dtype: Annotated[Any, means("Number format")]
    layout: Annotated[Any, means("Framework whose names and axes the tensors have")]
    stream: Annotated[Any, means("Version of the drawing")]
    spec: Annotated[Any, means("The spec with all defaults")]
    base: Annotated[Any | Absent, means("Which tensors were copied, and the digest of their values")] = UNSET


class UnusualTensor(ReportPart):
    """Values that hardly any law of drawing gives."""

    tensor: Annotated[str, means("Name of the tensor")]
    what: Annotated[str, means("What is unusual, a clause")]


class InspectReport(VersionedReport):
    """What `winitgen inspect` has found in a weight file."""

    report: Annotated[Literal["inspect"], means("Whose report this is")]
    file: Annotated[str, means("Path of the file")]
    format: Annotated[str, means("Kind of its container")]
    facts: Annotated[dict[str, int | str], means("Sizes and counts of the container, such as `file_bytes`")]
    metadata: Annotated[dict[str, str], means("Metadata of the container itself")]
    provenance: Annotated[Provenance | None, means("Recipe in the file")]
    totals: Annotated[Totals, means("Sums over all tensors of the file")]
    digests: Annotated[Digests, means("With `--digest`")]
    equal: Annotated[
        list[list[str]] | None, means("Names of tensors with equal bits; null if not looked for")
    ]
    unusual: Annotated[list[UnusualTensor], means("Values that stand out")]
    notes: Annotated[list[str], means("What a loader may read beside or otherwise")]
    tensors: Annotated[list[InspectedTensor], means("Each tensor, or those of `--tensor`")]
    failed: Annotated[
        dict[str, list[str]] | Absent, means("With `--fail-on`: the tensors with each fault that was found")
    ] = UNSET
