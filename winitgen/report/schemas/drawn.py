"""The reports of what is drawn: init, plan and finalize."""

from __future__ import annotations

from typing import Annotated, Literal

from winitgen.report.schemas.parts import (
    UNSET,
    Absent,
    Count,
    CountedBins,
    Density,
    Digests,
    Hexadecimal,
    MeasuredValues,
    Number,
    PlannedFigures,
    ReportPart,
    Sha256,
    Shape,
    ShardFile,
    Totals,
    VersionedReport,
    means,
)


class DrawnTensorEntry(ReportPart):
    """One tensor of the output."""

    name: Annotated[str, means("Name in the file")]
    ids: Annotated[
        list[str], means("Ids of the parameters in it, by which `rules` match; none if it is copied")
    ]
    keys: Annotated[list[Hexadecimal], means("Key of each, the 16 bytes that seed its random bits")]
    shape: Annotated[Shape, means("Length of each axis")]
    dtype: Annotated[str, means("Number format")]
    elements: Annotated[Count, means("Number of values")]
    bytes: Annotated[Count, means("Size of the values in bytes")]
    scheme: Annotated[str, means("Scheme that draws it; several are joined by ` | `; `copied` with a base")]
    formula: Annotated[str, means("Formula of the scheme with its numbers")]
    why: Annotated[
        str, means("What chose the scheme: the spec, a rule, a preset, or `auto` with the activation")
    ]
    fan_in: Annotated[Number, means("Inputs of each unit; null if the parameters in the tensor differ")]
    fan_out: Annotated[Number, means("Outputs of each input, likewise")]
    planned: Annotated[PlannedFigures, means("What the scheme states")]
    measured: Annotated[MeasuredValues | None, means("What was drawn; null if nothing was")]
    histogram: Annotated[CountedBins | None, means("Only if an HTML report is written in the same run")]
    density: Annotated[Density | None, means("Density that belongs to the histogram, if it is a known one")]


class OfAModel(VersionedReport):
    """What all reports about the weights of a spec begin with."""

    model: Annotated[str, means("Name of the model, empty if the spec has none")]
    stream: Annotated[
        int, means("Version of the drawing: the same stream, spec and seed give the same bytes")
    ]
    seed: Annotated[int, means("Seed of all random numbers")]
    dtype: Annotated[str, means("Number format of parameters that state none of their own")]
    layout: Annotated[str, means("Framework whose names and axes the tensors have")]


class BaseEntry(ReportPart):
    """What is copied from a base."""

    file: Annotated[str, means("Path of the base")]
    copied: Annotated[Count, means("Number of tensors that are copied")]
    added: Annotated[list[str], means("Tensors that are drawn because the base lacks them")]
    extra: Annotated[list[str], means("Tensors that are copied though the spec does not have them")]
    dropped: Annotated[list[str], means("Tensors of the base that are neither copied nor drawn")]


class DrawnModel(OfAModel):
    """The keys that init and plan share."""

    command: Annotated[str, means("Command that makes the output again, in a shell's words; empty in plan's")]
    tensors: Annotated[list[DrawnTensorEntry], means("Each tensor, in the order of the file")]
    totals: Annotated[Totals, means("Sums over the tensors")]
    notes: Annotated[list[str], means("What a user should know, each a sentence")]


class InitReport(DrawnModel):
    """What `winitgen init` has written, or would write."""

    report: Annotated[Literal["init"], means("Whose report this is")]
    status: Annotated[
        Literal["written", "unchanged", "dry run"] | Absent,
        means("Whether the output was written or already there; only in what `--json` prints"),
    ] = UNSET
    file: Annotated[str | Absent, means("Output, as in OUT; of shards the index; absent without OUT")] = UNSET
    format: Annotated[str | Absent, means("File format of the output")] = UNSET
    file_bytes: Annotated[Count | Absent, means("Size of the output in bytes")] = UNSET
    recipe: Annotated[
        Sha256 | Absent | None,
        means(
            "SHA-256 of the recipe, which `verify --expect` takes; null before copied tensors have been read"
        ),
    ] = UNSET
    digests: Annotated[Digests | Absent, means("With `--digest`")] = UNSET
    shards: Annotated[list[ShardFile] | Absent, means("Files of the model, if there are several")] = UNSET
    left_out: Annotated[list[str] | Absent, means("Tensors that the file format has no place for")] = UNSET
    base: Annotated[BaseEntry | Absent, means("With `--base`")] = UNSET


class PlannedTotals(Totals):
    """Sums over all tensors, and over all parameters as `summary` has them."""

    trainable: Annotated[Count, means("Number of values that can be trained")]
    buffers: Annotated[Count, means("Number of values of buffers")]
    tied: Annotated[Count, means("Number of values that are those of another parameter")]
    multiply_adds: Annotated[
        Count | None, means("For one sample; null if a size is unknown, or all layers are params")
    ]


class PlanReport(DrawnModel):
    """What `winitgen plan` shows of one spec; of several specs it is a list of such reports."""

    report: Annotated[Literal["plan"], means("Whose report this is")]
    totals: Annotated[PlannedTotals, means("Sums over the tensors, and over the parameters")]
    spec: Annotated[str, means("Spec, as the call names it")]


class FinalizeReport(OfAModel):
    """What `winitgen finalize` has checked."""

    report: Annotated[Literal["finalize"], means("Whose report this is")]
    status: Annotated[
        Literal["written", "unchanged"], means("Whether the index was written or already there")
    ]
    file: Annotated[str, means("Path of the index")]
    format: Annotated[str, means("File format of the shards")]
    file_bytes: Annotated[Count, means("Size of all files in bytes")]
    recipe: Annotated[Sha256, means("SHA-256 of the recipe, which `verify --expect` takes")]
    totals: Annotated[Totals, means("Sums over all tensors")]
    shards: Annotated[list[ShardFile], means("Files of the model")]
