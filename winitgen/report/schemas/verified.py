"""The reports of verify."""

from __future__ import annotations

from typing import Annotated, Literal

from winitgen.report.schemas.parts import (
    UNSET,
    Absent,
    Count,
    Digests,
    MeasuredValues,
    Number,
    PlannedFigures,
    ReportPart,
    Sha256,
    Shape,
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
    planned: Annotated[PlannedFigures | None, means("What the scheme states")]
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
