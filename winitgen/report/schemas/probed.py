"""The report of probe."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from winitgen.report.schemas.parts import (
    UNSET,
    Absent,
    Count,
    CountedBins,
    Density,
    Number,
    ReportPart,
    Shape,
    Share,
    VersionedReport,
    means,
)
from winitgen.report.schemas.probed_deep import (
    AttentionEntropy,
    PlainStep,
    RankEntry,
    ResidualStream,
    SlopesByLayer,
)

SPREAD = means(
    "With several seeds: the same keys, each figure with its standard deviation over them (`std`), its least and its greatest value"
)

Verdict = Literal["healthy", "vanishing", "exploding", "saturating", "dead"]


class SignalMoments(ReportPart):
    """A signal or a gradient at one place, over all samples and positions, and what mean-field theory predicts."""

    mean: Annotated[Number, means("Measured mean; 0 if it is only rounding error")]
    std: Annotated[Number, means("Measured standard deviation")]
    predicted_mean: Annotated[Number, means("Mean that theory predicts; null where it predicts nothing")]
    predicted_std: Annotated[Number, means("Standard deviation that theory predicts")]
    histogram: Annotated[
        CountedBins | None, means("Of the measured values; null if their ends are not finite")
    ]


class LayerGains(ReportPart):
    """Factors by which a layer changes the size of what passes."""

    forward: Annotated[Number, means("Root mean square of the output over that of the input")]
    backward: Annotated[Number, means("The same of the gradient, from the output to the input")]
    predicted_forward: Annotated[Number, means("Forward gain that theory predicts")]
    predicted_backward: Annotated[Number, means("Backward gain that theory predicts")]


class ProbedLayerEntry(ReportPart):
    """What was measured at one layer."""

    layer: Annotated[str, means("Name of the layer")]
    type: Annotated[str, means("Type of the layer")]
    activation: Annotated[str, means("Its activation, with its number; empty if it has none")]
    units: Annotated[int | None, means("Units or channels of its output; null if it has no axes")]
    pre: Annotated[SignalMoments | None, means("Before the activation; null if the layer has none")]
    out: Annotated[SignalMoments | None, means("Output")]
    gradient: Annotated[
        SignalMoments | None,
        means(
            "Gradient with respect to `pre`, or to `out` if activations are inside; null with `--no-backward`"
        ),
    ]
    saturated: Annotated[Share | None, means("Share of slopes below 1 % of the activation's largest")]
    at_the_ends: Annotated[
        Share | None, means("Share of outputs within 1 % of the ends of a bounded activation's range")
    ]
    dead: Annotated[Share | None, means("Share of units that are 0 for all samples")]
    distinct: Annotated[Number, means("How much the outputs of two samples differ, as a share of their size")]
    gain: Annotated[LayerGains, means("Factors of the layer")]
    condition: Annotated[
        Number, means("Largest over smallest singular value of the kernel; null if it is not worked out")
    ]
    scatter: Annotated[
        Number, means("Standard deviation of the layer's std over seeds, relative to it, that theory expects")
    ]
    spread: Annotated[dict[str, Any] | Absent, SPREAD] = UNSET


class ProbedWeightsEntry(ReportPart):
    """One parameter as it was drawn."""

    id: Annotated[str, means("Id of the parameter, by which `rules` match")]
    layer: Annotated[str, means("Layer that holds it")]
    shape: Annotated[Shape, means("Length of each axis")]
    scheme: Annotated[str, means("Scheme that drew it")]
    formula: Annotated[str, means("Formula of the scheme with its numbers")]
    mean: Annotated[Number, means("Planned mean")]
    std: Annotated[Number, means("Planned standard deviation")]
    histogram: Annotated[CountedBins | None, means("Of the values; null if their ends are not finite")]
    density: Annotated[Density | None, means("Density of the distribution, if it is a known one")]


class FindingEntry(ReportPart):
    """One problem of a run."""

    verdict: Annotated[Verdict, means("Kind of the problem")]
    layer: Annotated[str, means("Layer where it starts")]
    text: Annotated[str, means("Explanation with numbers")]


class JudgedFigures(ReportPart):
    """What each threshold is compared with; null for what the network does not have."""

    signal: Annotated[Number, means("Root mean square at the last hidden layer over that of the input")]
    gradient: Annotated[Number, means("Norm of the gradient at the first hidden layer over that at the last")]
    distinct: Annotated[
        Number, means("Difference of two samples at the last hidden layer, as a share of their size")
    ]
    saturated: Annotated[Share | None, means("Largest share of any output whose activation is bounded")]
    dead: Annotated[Share | None, means("Largest share of any layer")]


class FigureMargins(ReportPart):
    """The part of the way to each threshold that is left: below 0 beyond it."""

    signal: Annotated[Number, means("Of the signal")]
    gradient: Annotated[Number, means("Of the gradient")]
    distinct: Annotated[Number, means("Of the difference of two samples")]
    saturated: Annotated[Number, means("Of the share of slopes")]
    dead: Annotated[Number, means("Of the share of units")]


class SeedEntry(ReportPart):
    """The verdict on the network with one of several seeds."""

    seed: Annotated[int, means("The seed")]
    verdict: Annotated[Verdict, means("Kind of the first finding, or healthy")]
    findings: Annotated[list[FindingEntry], means("Each problem")]
    measured: Annotated[JudgedFigures, means("What `thresholds` are compared with")]


class BatchFigures(ReportPart):
    """The values of the batch."""

    mean: Annotated[Number, means("Mean")]
    std: Annotated[Number, means("Standard deviation")]
    histogram: Annotated[CountedBins | None, means("Of the values")]


class ProbedRun(ReportPart):
    """One way to draw the network, and what it does to the batch."""

    label: Annotated[str, means("Name of the run in tables and figures")]
    scheme: Annotated[str | None, means("Compared scheme or preset; null without `--compare`")]
    value: Annotated[Number, means("Value of `variable`; null without `--sweep`")]
    verdict: Annotated[Verdict, means("Kind of the first finding, or healthy")]
    findings: Annotated[list[FindingEntry], means("Each problem")]
    measured: Annotated[JudgedFigures, means("What `thresholds` are compared with")]
    margins: Annotated[FigureMargins, means("How far they are from the thresholds")]
    nearest: Annotated[str | None, means("The figure with the smallest margin")]
    by_layer: Annotated[SlopesByLayer | None, means("Mean slopes; null for few layers")]
    sample: Annotated[BatchFigures | None, means("The batch; null for tokens")]
    layers: Annotated[list[ProbedLayerEntry], means("Each layer through which the signal passes")]
    streams: Annotated[list[ResidualStream], means("Each residual stream")]
    attention: Annotated[list[AttentionEntropy], means("Each attention layer")]
    rank: Annotated[RankEntry | None, means("Of the last representation, if there is one")]
    step: Annotated[PlainStep | None, means("A plain step against `--loss`; null without")]
    weights: Annotated[list[ProbedWeightsEntry], means("Each parameter that was drawn")]
    spread: Annotated[dict[str, Any] | Absent, SPREAD] = UNSET
    by_seed: Annotated[list[SeedEntry] | Absent, means("With several seeds: each of them")] = UNSET


class ThresholdFigures(ReportPart):
    """Where a verdict begins."""

    signal: Annotated[float, means("Factor by which a signal has shrunk or grown")]
    gradient: Annotated[float, means("Factor by which a gradient has shrunk")]
    growth: Annotated[float, means("Factor by which a gradient has grown")]
    distinct: Annotated[Share, means("Least difference of two samples, as a share of their size")]
    saturated: Annotated[Share, means("Share of slopes")]
    dead: Annotated[Share, means("Share of units")]


class EdgeOfChaos(ReportPart):
    """The gain at which a gradient neither shrinks nor grows."""

    gain: Annotated[Number, means("Critical gain")]
    variance: Annotated[Number, means("Variance of the signal there")]
    activation: Annotated[str, means("Activation of the hidden layers")]


class ProbeReport(VersionedReport):
    """What `winitgen probe` has measured."""

    report: Annotated[Literal["probe"], means("Whose report this is")]
    command: Annotated[str, means("Command that makes the report again, in a shell's words")]
    model: Annotated[str, means("Name of the model, empty if the spec has none")]
    stream: Annotated[int, means("Version of the drawing")]
    seed: Annotated[int, means("Seed of weights and samples; the first of several")]
    seeds: Annotated[list[int], means("Each seed")]
    dtype: Annotated[str, means("Number format of the weights")]
    samples: Annotated[Count, means("Number of samples in the batch")]
    input: Annotated[str, means("What the samples are")]
    variable: Annotated[str | None, means("Variable of `--sweep`")]
    edge: Annotated[EdgeOfChaos | None, means("In a sweep of the gain, if theory has such a point")]
    backward: Annotated[bool, means("Whether a gradient was sent back")]
    thresholds: Annotated[ThresholdFigures, means("Where verdicts begin")]
    notes: Annotated[list[str], means("What a user should know, each a sentence")]
    runs: Annotated[list[ProbedRun], means("Each compared scheme at each value")]
