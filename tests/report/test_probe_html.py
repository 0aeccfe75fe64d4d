"""What the page of a probe shows."""

from __future__ import annotations

import json
import re

from tests.report import samples
from tests.report.parsed import Page
from winitgen.report import probe_html


def test_columns_that_no_layer_has_are_left_out() -> None:
    """Without a gradient there are no columns of gradients and backward gains."""
    report = samples.probe(samples.run("", backward=False), backward=False)
    with_gradient = Page(probe_html.render(samples.probe())).texts
    for layer in report["runs"][0]["layers"]:
        layer["extreme"] = None
    without = Page(probe_html.render(report)).texts

    assert {"gradient", "gain backward", "extreme"} <= set(with_gradient)
    assert {"gradient", "gain backward", "extreme"} & set(without) == set()


def test_a_sweep_shows_what_it_varied_and_the_edge_of_chaos() -> None:
    """The page has each run with its value, and the critical gain."""
    runs = [samples.run(f"gain = {gain}", value=gain) for gain in (0.5, 1.25)]
    edge = {"gain": 1.327, "variance": 0.57, "activation": "tanh"}

    content = probe_html.render(samples.probe(*runs, variable="gain", edge=edge))

    assert "gain 1.327 for tanh, variance 0.57" in content
    assert '<td class="number" data-value="1.25"><bdi>1.25</bdi></td>' in content


def test_a_verdict_names_the_layer_where_it_starts() -> None:
    """It is the first layer with a finding of that kind, even if another finding comes before it."""
    run = samples.run("", verdict="exploding")
    run["findings"] = [
        {"verdict": "saturating", "layer": "fc1", "text": "a"},
        {"verdict": "exploding", "layer": "fc4", "text": "b"},
        {"verdict": "exploding", "layer": "fc5", "text": "c"},
    ]

    row = re.findall(r"<tr>.*?exploding.*?</tr>", probe_html.render(samples.probe(run)))[0]

    assert '<span class="verdict exploding">exploding</span></td><td><bdi>fc4</bdi></td>' in row


def test_a_probe_with_missing_statistics_is_shown() -> None:
    """A statistic that overflowed is None in the report, and an empty cell on the page."""
    run = samples.run("")
    run["sample"] = None
    for layer in run["layers"][2:]:
        layer |= {"pre": None, "gradient": None, "condition": None}
        layer["out"] |= {"mean": None, "std": None, "predicted_std": None}
    run["weights"][0] |= {"mean": None, "std": None, "density": None}
    report = json.loads(
        json.dumps(samples.probe(run, edge={"gain": None, "variance": None, "activation": "relu"}))
    )

    assert 1 + 11 + 2 + 1 == len(Page(probe_html.render(report)).of("tr"))


def test_the_thresholds_and_the_margin() -> None:
    """The facts have the thresholds in words, and each run the smallest of its margins."""
    page = probe_html.render(samples.probe(samples.run("")))

    assert (
        "signal from 0.0006667 to 1500, gradient from 0.005 to 1500, distinct from 0.002, saturated up to 50 %, dead up to 90 %"
        in page
    )
    assert "<bdi>-12 % gradient</bdi></td>" in page
