"""The reports of diff and convert."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from winitgen.report.schemas.parts import (
    UNSET,
    Absent,
    Count,
    ReportPart,
    Shape,
    ShardFile,
    VersionedReport,
    means,
)


class DifferingValue(ReportPart):
    """The first value that differs."""

    index: Annotated[list[Count], means("Index along each axis")]
    a: Annotated[Any, means("Value in A, as text if JSON cannot hold it")]
    b: Annotated[Any, means("Value in B, likewise")]


class ComparedTensor(ReportPart):
    """A tensor of A, a tensor of B, or one of each."""

    name: Annotated[str, means("Name in A, or in B if only B has it")]
    name_b: Annotated[str | None, means("Name in B; null if B lacks it")]
    status: Annotated[
        Literal["equal", "close", "values", "shape", "dtype", "only_in_a", "only_in_b", "unread"],
        means("Equal, close within the tolerance, in what they differ, or why they cannot be compared"),
    ]
    shape_a: Annotated[Shape | None, means("Shape in A")]
    shape_b: Annotated[Shape | None, means("Shape in B")]
    dtype_a: Annotated[str | None, means("Number format in A")]
    dtype_b: Annotated[str | None, means("Number format in B")]
    unread: Annotated[str | None, means("Why values cannot be read")]
    differing: Annotated[Count | None, means("Number of values that differ in a bit; null if not compared")]
    unmeasured: Annotated[Count | None, means("Number of those that are not finite in both")]
    max_difference: Annotated[float | str | None, means("Largest distance; text beyond float64")]
    mean_difference: Annotated[float | str | None, means("Mean distance, likewise")]
    first: Annotated[DifferingValue | None, means("First value that differs")]
    beyond: Annotated[Count | Absent | None, means("With a tolerance: number of values beyond it")] = UNSET


class ToleranceFigures(ReportPart):
    """Numbers with |a - b| <= atol + rtol |b| are close."""

    atol: Annotated[float, means("Absolute tolerance")]
    rtol: Annotated[float, means("Relative tolerance")]


class DiffTotals(ReportPart, kw_only=True):
    """Numbers of tensors."""

    equal: Annotated[Count, means("Equal in all bits")]
    close: Annotated[Count | Absent, means("With a tolerance: within it")] = UNSET
    differ: Annotated[Count, means("That differ")]
    only_in_a: Annotated[Count, means("That B lacks")]
    only_in_b: Annotated[Count, means("That A lacks")]
    unread: Annotated[Count, means("That cannot be compared")]


class DiffReport(VersionedReport):
    """What `winitgen diff` has compared."""

    report: Annotated[Literal["diff"], means("Whose report this is")]
    a: Annotated[str, means("Path of A")]
    b: Annotated[str, means("Path of B")]
    equal: Annotated[bool, means("Whether all tensors are equal or close, and exit code is 0")]
    tolerance: Annotated[ToleranceFigures | None, means("With `--atol` or `--rtol`")]
    ignored: Annotated[list[str], means("Tensors that were ignored")]
    hints: Annotated[list[str], means("What may explain the differences")]
    notes: Annotated[list[str], means("What a loader may read beside or otherwise")]
    totals: Annotated[DiffTotals, means("Numbers of tensors")]
    tensors: Annotated[list[ComparedTensor], means("Each tensor")]


class ConvertedTensor(ReportPart):
    """One tensor of the output."""

    name: Annotated[str, means("Name in B")]
    source: Annotated[str, means("Name in A")]
    shape: Annotated[Shape, means("Length of each axis")]
    dtype: Annotated[str, means("Number format in B")]
    source_dtype: Annotated[str, means("Number format in A")]
    bytes: Annotated[Count, means("Size of the values in bytes")]


class ConvertReport(VersionedReport):
    """What `winitgen convert` has written, or would write."""

    report: Annotated[Literal["convert"], means("Whose report this is")]
    status: Annotated[
        Literal["written", "unchanged", "dry run"], means("Whether B was written or already there")
    ]
    source: Annotated[str, means("Path of A")]
    file: Annotated[str, means("Path of B; of shards the index")]
    format: Annotated[str, means("File format of B")]
    file_bytes: Annotated[Count, means("Size of B in bytes")]
    recipe: Annotated[bool, means("Whether B holds the recipe in A")]
    ignored: Annotated[list[str], means("Tensors that were ignored")]
    notes: Annotated[list[str], means("What a user should know, each a sentence")]
    tensors: Annotated[list[ConvertedTensor], means("Each tensor")]
    shards: Annotated[list[ShardFile] | Absent, means("Files of the model, if there are several")] = UNSET
