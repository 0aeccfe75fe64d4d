"""The lists of the catalog, and what is shown of one entry."""

from __future__ import annotations

from typing import Annotated, Literal

from winitgen.report.schemas.listed_entries import (
    ListedActivation,
    ListedExample,
    ListedFamily,
    ListedFormat,
    ListedLayer,
    ListedPreset,
    ListedPresetRow,
    ListedScheme,
    OptionMeaning,
    ShownActivation,
    ShownFamily,
    ShownFormat,
    ShownScheme,
)
from winitgen.report.schemas.parts import VersionedReport, means


class SchemesReport(VersionedReport):
    """What `winitgen schemes` lists."""

    report: Annotated[Literal["schemes"], means("Whose report this is")]
    entries: Annotated[list[ListedScheme], means("Each scheme")]


class SchemeReport(VersionedReport):
    """What `winitgen schemes NAME` shows."""

    report: Annotated[Literal["schemes"], means("Whose report this is")]
    entry: Annotated[ShownScheme, means("The scheme")]


class ActivationsReport(VersionedReport):
    """What `winitgen activations` lists."""

    report: Annotated[Literal["activations"], means("Whose report this is")]
    entries: Annotated[list[ListedActivation], means("Each activation")]


class ActivationReport(VersionedReport):
    """What `winitgen activations NAME` shows."""

    report: Annotated[Literal["activations"], means("Whose report this is")]
    entry: Annotated[ShownActivation, means("The activation")]


class LayersReport(VersionedReport):
    """What `winitgen layers` lists."""

    report: Annotated[Literal["layers"], means("Whose report this is")]
    entries: Annotated[list[ListedLayer], means("Each layer type")]


class LayerReport(VersionedReport):
    """What `winitgen layers TYPE` lists."""

    report: Annotated[Literal["layers"], means("Whose report this is")]
    entries: Annotated[list[OptionMeaning], means("Each option of the type")]


class PresetsReport(VersionedReport):
    """What `winitgen presets` lists."""

    report: Annotated[Literal["presets"], means("Whose report this is")]
    entries: Annotated[list[ListedPreset], means("Each preset")]


class PresetReport(VersionedReport):
    """What `winitgen presets NAME` lists."""

    report: Annotated[Literal["presets"], means("Whose report this is")]
    entries: Annotated[
        list[ListedPresetRow], means("Each row of the preset, and of the one that holds for the rest")
    ]


class FormatsReport(VersionedReport):
    """What `winitgen formats` lists."""

    report: Annotated[Literal["formats"], means("Whose report this is")]
    entries: Annotated[list[ListedFormat], means("Each file format")]


class FormatReport(VersionedReport):
    """What `winitgen formats NAME` shows."""

    report: Annotated[Literal["formats"], means("Whose report this is")]
    entry: Annotated[ShownFormat, means("The file format")]


class FamiliesReport(VersionedReport):
    """What `winitgen families` lists."""

    report: Annotated[Literal["families"], means("Whose report this is")]
    entries: Annotated[list[ListedFamily], means("Each family")]


class FamilyReport(VersionedReport):
    """What `winitgen families MODEL_TYPE` shows."""

    report: Annotated[Literal["families"], means("Whose report this is")]
    entry: Annotated[ShownFamily, means("The family")]


class ExamplesReport(VersionedReport):
    """What `winitgen example` lists."""

    report: Annotated[Literal["example"], means("Whose report this is")]
    entries: Annotated[list[ListedExample], means("Each example")]
