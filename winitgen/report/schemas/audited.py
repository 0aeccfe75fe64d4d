"""The reports of files: verify, inspect, diff and convert."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from winitgen.report.schemas.parts import (
    UNSET,
    Absent,
    Count,
    CountedBins,
    Digests,
    MeasuredValues,
    Number,
    ReportPart,
    Sha256,
    Shape,
    ShardFile,
    Spread,
    Totals,
    VersionedReport,
    means,
)


class NamesReplaced(VersionedReport, kw_only=True):
    """What reports say of `--ignore`, `--rename` and `--strip-prefix`, if one of them is given."""

    ignored: Annotated[list[str] | Absent, means("Tensors that were ignored")] = UNSET
    rename: Annotated[list[str] | Absent, means("Replacements in names")] = UNSET
    strip_prefix: Annotated[str | Absent | None, means("Prefix that was taken off names")] = UNSET


class FirstDifferenceEntry(ReportPart):
    """The first value that differs."""

    tensor: Annotated[str, means("Name of the tensor")]
    element: Annotated[Count, means("Number of the value in C order, from 0")]
    indices: Annotated[list[Count], means("Index along each axis")]
    stored: Annotated[str, means("Value in the file")]
    drawn: Annotated[str, means("Value that is drawn")]


class ComparedCopies(ReportPart):
    """The tensors that were copied from a base."""

    tensors: Annotated[Count, means("Their number")]
    digest: Annotated[Sha256, means("Digest of their values in the recipe")]
    base: Annotated[str | None, means("Path of `--base`, with which they were compared")]


class VerifyReport(NamesReplaced, kw_only=True):
    """What `winitgen verify` has compared by drawing again."""

    report: Annotated[Literal["verify"], means("Whose report this is")]
    file: Annotated[str, means("Path of the file")]
    format: Annotated[str, means("Kind of its container")]
    status: Annotated[Literal["verified", "differs"], means("Result")]
    model: Annotated[str, means("Name of the model, empty if the spec has none")]
    stream: Annotated[int, means("Version of the drawing")]
    seed: Annotated[int, means("Seed of all random numbers")]
    dtype: Annotated[str, means("Number format of parameters that state none of their own")]
    layout: Annotated[str, means("Framework whose names and axes the tensors have")]
    origin: Annotated[
        Literal["recipe", "spec"], means("Whose recipe was followed: the file's or that of SPEC")
    ]
    recipe: Annotated[Sha256, means("SHA-256 of the recipe, which `--expect` takes")]
    totals: Annotated[Totals, means("Sums over the tensors that were compared")]
    notes: Annotated[list[str] | Absent, means("What was not compared; if verified")] = UNSET
    digests: Annotated[Digests | Absent, means("With `--digest`, if verified")] = UNSET
    differences: Annotated[list[str] | Absent, means("Each difference, a clause; if it differs")] = UNSET
    hints: Annotated[list[str] | Absent, means("What may explain them")] = UNSET
    first: Annotated[
        FirstDifferenceEntry | Absent | None,
        means("First value that differs, null if all have another cause"),
    ] = UNSET
    copied: Annotated[
        ComparedCopies | Absent, means("If the file has tensors that were copied from a base")
    ] = UNSET


class StatisticalTest(ReportPart):
    """One test of one tensor."""

    value: Annotated[Number, means("Measured value")]
    planned: Annotated[Number, means("Value that the distribution has")]
    z: Annotated[Number, means("Distance in standard deviations of the measured value")]
    p: Annotated[Number, means("Chance of so great a distance")]


class TestedTensor(ReportPart):
    """The tests of the values of one parameter in one tensor."""

    name: Annotated[str, means("Name of the tensor")]
    parameter: Annotated[str, means("Id of the parameter, empty if the tensor is tested as a whole")]
    shape: Annotated[Shape, means("Length of each axis, in the file")]
    dtype: Annotated[str, means("Number format in the file")]
    elements: Annotated[Count, means("Number of values that are tested")]
    scheme: Annotated[str, means("Planned scheme with its formula")]
    planned: Annotated[Spread | None, means("What the scheme states")]
    measured: Annotated[MeasuredValues | None, means("What the file holds")]
    tests: Annotated[dict[str, StatisticalTest], means("Each test, by its name")]
    verdict: Annotated[Literal["agrees", "differs", "untested"], means("Result")]
    why: Annotated[list[str], means("Each reason why it differs")]
    law: Annotated[str | None, means("Known law of a library that explains the values")]
    hints: Annotated[list[str], means("What the values would agree with")]


class LawEntry(ReportPart):
    """A known law of a library that the values of tensors follow."""

    law: Annotated[str, means("The law, a clause")]
    library: Annotated[str, means("The library")]
    version: Annotated[str, means("Its version that was measured")]
    tensors: Annotated[list[str], means("Tensors that follow it")]


class StatisticsReport(NamesReplaced, kw_only=True):
    """What `winitgen verify --statistics` has tested; `tests` tells it from the other report of verify."""

    report: Annotated[Literal["verify"], means("Whose report this is")]
    file: Annotated[str, means("Path of the file")]
    format: Annotated[str, means("Kind of its container")]
    model: Annotated[str, means("Name of the model, empty if the spec has none")]
    layout: Annotated[str, means("Framework whose names and axes the tensors have")]
    verdict: Annotated[Literal["agrees", "differs"], means("Result")]
    level: Annotated[float, means("Bound on the chance that a file drawn as planned differs")]
    tests: Annotated[Count, means("Number of all tests")]
    laws: Annotated[list[LawEntry], means("Laws of libraries that explain tensors")]
    missing: Annotated[list[str], means("Planned tensors that the file lacks")]
    extra: Annotated[list[str], means("Tensors of the file that are not planned")]
    hints: Annotated[list[str], means("What may explain the differences")]
    tensors: Annotated[list[TestedTensor], means("Each tensor that is in both")]


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
