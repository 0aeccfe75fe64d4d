"""The entries in the lists of the catalog, and what is known of one alone."""

from __future__ import annotations

from typing import Annotated

from winitgen.report.schemas.parts import (
    UNSET,
    Absent,
    Density,
    Number,
    ReportPart,
    means,
)

Default = str | float | bool | None


class OptionName(ReportPart):
    """An option of an entry in a list."""

    option: Annotated[str, means("Name")]
    default: Annotated[Default | Absent, means("Default, null if there is none")] = UNSET
    required: Annotated[bool | Absent, means("Whether it is required; of layer types")] = UNSET


class OptionMeaning(ReportPart):
    """An option of a sole entry."""

    option: Annotated[str, means("Name")]
    takes: Annotated[str, means("What it takes, in words")]
    required: Annotated[bool, means("Whether it is required")]
    default: Annotated[str | None, means("Default as a layer-spec has it, null if there is none")]
    meaning: Annotated[str, means("What it is for")]


class SchemeFacts(ReportPart):
    """What a scheme is, in the list and alone."""

    scheme: Annotated[str, means("Name")]
    formula: Annotated[str, means("Formula of the variance")]
    paper: Annotated[str, means("Where it is from, empty if from nowhere")]
    also: Annotated[list[str], means("Other names")]


class ListedScheme(SchemeFacts):
    """A scheme in the list."""

    options: Annotated[list[OptionName], means("Options")]


class DrawnExample(ReportPart):
    """What a scheme draws for a dense relu layer of 500 units with 500 inputs."""

    init: Annotated[dict[str, Default], means("The init as a layer-spec has it")]
    formula: Annotated[str, means("Formula with these numbers")]
    mean: Annotated[float, means("Mean")]
    std: Annotated[float, means("Standard deviation")]
    density: Annotated[Density, means("Density of the values")]
    span: Annotated[list[float], means("Where a picture of the density begins and ends")]


class ShownScheme(SchemeFacts):
    """A scheme alone."""

    fan: Annotated[str | None, means("Fan that divides the variance, null if none does")]
    chosen_for: Annotated[list[str], means("Activations for which `init: auto` takes it")]
    options: Annotated[list[OptionMeaning], means("Options")]
    example: Annotated[DrawnExample | None, means("What it draws; null if it draws from no known density")]


class ActivationFacts(ReportPart):
    """What an activation is, in the list and alone."""

    activation: Annotated[str, means("Name")]
    formula: Annotated[str, means("Formula")]
    scheme: Annotated[str, means("Scheme that `init: auto` takes for it")]
    gain: Annotated[Number, means("1 / sqrt(E[f(z)^2]) for z ~ N(0, 1)")]
    variance_gain: Annotated[Number, means("1 / sqrt(Var f(z))")]
    backward_gain: Annotated[Number, means("1 / sqrt(E[f'(z)^2])")]
    torch_gain: Annotated[Number, means("What PyTorch's calculate_gain returns; null if it knows none")]
    bias: Annotated[float, means("Default of the bias")]
    also: Annotated[list[str], means("Other names")]
    paper: Annotated[str, means("Where it is from, empty if from nowhere")]


class ListedActivation(ActivationFacts):
    """An activation in the list."""

    options: Annotated[list[OptionName], means("The number that it takes, if it takes one")]


class ShownActivation(ActivationFacts):
    """An activation alone."""

    options: Annotated[list[OptionMeaning], means("The number that it takes, if it takes one")]
    what: Annotated[str, means("What it does")]


class ListedLayer(ReportPart):
    """A layer type in the list."""

    type: Annotated[str, means("Name")]
    options: Annotated[list[OptionName], means("Options")]
    what: Annotated[str, means("What the layer does")]


class ListedPreset(ReportPart):
    """A preset in the list; what it draws is as a layer-spec has it, empty if the preset does not say."""

    preset: Annotated[str, means("Name")]
    version: Annotated[str, means("Version in which it was read")]
    of: Annotated[str, means("What it draws as")]
    dense: Annotated[str, means("Kernels of dense layers")]
    convolution: Annotated[str, means("Kernels of convolutions")]
    bias: Annotated[str, means("Biases of dense layers")]
    embedding: Annotated[str, means("Embeddings")]


class ListedPresetRow(ReportPart):
    """A row of a preset, or of the one that holds for the rest."""

    preset: Annotated[str, means("Preset that has the row")]
    layers: Annotated[list[str], means("Layer types")]
    parameters: Annotated[list[str], means("Roles of parameters")]
    match: Annotated[str | None, means("Pattern of their ids, null or empty for all")]
    drawn_by: Annotated[str, means("What draws them, as a layer-spec has it")]
    source: Annotated[str, means("Where the framework does so")]


class ListedFormat(ReportPart):
    """A file format in the list."""

    format: Annotated[str, means("Name, as in `--format`")]
    endings: Annotated[list[str], means("Endings of OUT that mean it")]
    pipe: Annotated[bool, means("Whether it can be written to a pipe")]
    what: Annotated[str, means("What such a file holds")]


class ShownFormat(ListedFormat):
    """A file format alone."""

    recipe: Annotated[bool, means("Whether its files say how they were drawn")]


class ListedFamily(ReportPart):
    """A family of models in the list."""

    model_type: Annotated[str, means("`model_type` in a config.json")]
    family: Annotated[str, means("Name and paper")]
    classes: Annotated[list[str], means("Classes, of which a config names one in `architectures`")]


class ShownFamily(ListedFamily):
    """A family of models alone."""

    same_layers: Annotated[list[str], means("Other model types with the same layers")]
    paper: Annotated[str, means("What the paper says of the initialization")]
    activations: Annotated[list[str], means("Fields that name an activation")]
    only_with: Annotated[list[str], means("Fields that must have one value")]
    fields: Annotated[list[str], means("Fields that decide about the layers")]
    ignored: Annotated[list[str], means("Fields that do not")]


class ListedExample(ReportPart):
    """An example of a layer-spec."""

    example: Annotated[str, means("Name")]
    what: Annotated[str, means("What it is of")]
