"""The probe's report as one HTML page: verdicts, plots, measured and predicted statistics, and the weights."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from winitgen.report import probe_spread, probe_tables, svg
from winitgen.report.columns import number
from winitgen.report.constants import folded, is_constant
from winitgen.report.glossary import OF_PROBES, glossary
from winitgen.report.page import command, facts, fold, layer_spec, name, notes, page, section, text
from winitgen.report.probe_diagnostics import diagnostics, run_sections
from winitgen.report.probe_thresholds import thresholds_text

Plot = tuple[str, str, bytes, bytes]
"""A plot: its title, its alternative text, the SVG file, and that for a narrow screen."""

_OPEN = 4
"""The most runs of which each is shown; of more, each opens when it is clicked, and is not printed."""

_FOOTER = "Theory assumes wide layers with independent weights; measured values scatter around it."


def render(report: dict[str, Any], plots: Sequence[Plot] = (), spec: str = "") -> str:
    """Return the probe's report as a page that is readable without a network and without its script.

    ``spec`` is the text of the layer-spec, which the page shows too.
    """
    runs = report["runs"]
    parts = (
        _summary(report),
        section("Verdict" if len(runs) == 1 else "Verdicts", probe_tables.verdicts(report)),
        notes(report["notes"]),
        _plots(plots),
        *(_run(run, number, len(runs)) for number, run in enumerate(runs, 1)),
        command(report["command"]),
        layer_spec(spec),
        glossary(OF_PROBES),
    )
    return page(report["model"], "Signal probe", parts, _FOOTER)


def _summary(report: dict[str, Any]) -> str:
    first = report["runs"][0] if report["runs"] else {"layers": [], "sample": None}
    sample = first["sample"]
    spread = f", mean {_number(sample['mean'])}, std {_number(sample['std'])}" if sample else ""
    return facts(
        [
            ("Samples", f"{report['samples']:,}"),
            ("Input", report["input"] + spread),
            ("Layers", f"{len(first['layers']):,}"),
            ("Runs", f"{len(report['runs']):,}" if len(report["runs"]) > 1 else ""),
            ("Varied", report["variable"] or ""),
            ("Edge of chaos", _edge(report["edge"])),
            ("Healthy", thresholds_text(report)),
            ("Gradient", "sent back" if report["backward"] else "not computed"),
            (
                "Seeds" if probe_spread.several(report) else "Seed",
                probe_spread.seeds(report).removeprefix("seed "),
            ),
            ("Number format", report["dtype"]),
            ("Stream", str(report["stream"])),
        ]
    )


def _number(value: float | None) -> str:
    return "unknown" if value is None else number(value)


def _edge(edge: dict[str, Any] | None) -> str:
    """Return the gain at which a wide network neither forgets its input nor separates neighbouring inputs."""
    if edge is None:
        return ""
    return f"gain {_number(edge['gain'])} for {edge['activation']}, variance {_number(edge['variance'])}"


def _plots(plots: Sequence[Plot]) -> str:
    """Return the plots as ``img`` elements, in which no script can run.

    Each contains its title; a narrow screen shows the one that was drawn for it.
    """
    figures = "\n".join(
        f'<figure class="wide" tabindex="0" role="group" aria-label="{text(title)}">\n<picture>'
        f'<source media="screen and (max-width: 40rem)" srcset="{_embedded(narrow)}">'
        f'<img src="{_embedded(content)}" alt="{text(alt)}"></picture>\n</figure>'
        for title, alt, content, narrow in plots
    )
    return section("Plots", f'<div class="plots">\n{figures}\n</div>') if figures else ""


def _embedded(image: bytes) -> str:
    return f"data:image/svg+xml;base64,{b64encode(image).decode()}"


def _run(run: dict[str, Any], number: int, of: int) -> str:
    """Return the layers and the weights of one run; ``number`` counts the runs from 1, and there are ``of`` them."""
    only = of == 1
    label = run["label"] or "the spec as written"
    title = "Layers" if only else f"Run {number}: {label}"
    findings = {finding["layer"]: finding["verdict"] for finding in reversed(run["findings"])}
    caption = "Each layer, measured and predicted" if only else f"Layers of run {number}, {label}"
    content = probe_tables.layers(run["layers"], findings, caption)
    if weights := _weights(run["weights"]):
        heading = "Weights" if only else f"Weights of run {number}"
        content += f"\n<h3>{heading}</h3>\n{weights}"
    content += "".join(f"\n{diagnostics(each)}" for each in run_sections(run))
    if of <= _OPEN:
        return section(title, content, probe_tables.anchor(number))
    # The target of a link is inside, which opens the fold.
    inside = f'<div id="{probe_tables.anchor(number)}">\n{content}\n</div>'
    return f'<div class="run">\n{fold(title, inside)}\n</div>'


def _weights(weights: Sequence[dict[str, Any]]) -> str:
    """Return the histograms of weights, and lines about those of which all values are one."""
    counted = [weight for weight in weights if weight["histogram"]]
    drawings = "\n".join(_weight(weight) for weight in counted if not is_constant(weight["histogram"]))
    constant = folded(
        (weight["id"], weight["histogram"]) for weight in counted if is_constant(weight["histogram"])
    )
    return (f'<div class="grid">\n{drawings}\n</div>\n' if drawings else "") + constant


def _weight(weight: dict[str, Any]) -> str:
    """Return the histogram of one weight with its caption."""
    shape = "x".join(str(size) for size in weight["shape"]) or "scalar"
    spread = f"mean {_number(weight['mean'])}, std {_number(weight['std'])}"
    title = f"Histogram of {weight['id']}: {spread}"
    return (
        f"<figure>\n<figcaption>{name(weight['id'])}"
        f"<small>{text(weight['scheme'])}, {shape}</small><small>{spread}</small></figcaption>\n"
        f"{svg.histogram(weight['histogram'], weight['density'], title)}\n</figure>"
    )
