"""What the page of a probe shows."""

from __future__ import annotations

import json
import re

from tests.report import samples
from tests.report.parsed import Page
from winitgen.report import probe_html


def heads(content: str) -> set[str]:
    """Return the texts in the heads of the tables."""
    return set(re.findall("<th [^>]*>(?:<button [^>]*>)?([^<]+)", content))


def test_columns_that_no_layer_has_are_left_out() -> None:
    """Without a gradient there are no columns of gradients and backward gains."""
    report = samples.probe(samples.run("", backward=False), backward=False)
    with_gradient = heads(probe_html.render(samples.probe()))
    for layer in report["runs"][0]["layers"]:
        layer["at_the_ends"] = None
    without = heads(probe_html.render(report))

    assert {"gradient", "gain backward", "at the ends"} <= with_gradient
    assert {"gradient", "gain backward", "at the ends"} & without == set()


def test_a_sweep_shows_what_it_varied_and_the_edge_of_chaos() -> None:
    """The page has each run with its value, and the critical gain."""
    runs = [samples.run(f"gain = {gain}", value=gain) for gain in (0.5, 1.25)]
    edge = {"gain": 1.327, "variance": 0.57, "activation": "tanh"}

    content = probe_html.render(samples.probe(*runs, variable="gain", edge=edge))

    assert "gain 1.327 for tanh, variance 0.57" in content
    assert '<td data-head="gain" class="number" data-value="1.25"><bdi>1.25</bdi></td>' in content


def test_a_verdict_names_the_layer_where_it_starts() -> None:
    """It is the first layer with a finding of that kind, even if another finding comes before it."""
    run = samples.run("", verdict="exploding")
    run["findings"] = [
        {"verdict": "saturating", "layer": "fc1", "text": "a"},
        {"verdict": "exploding", "layer": "fc4", "text": "b"},
        {"verdict": "exploding", "layer": "fc5", "text": "c"},
    ]

    row = re.findall(r"<tr>.*?exploding.*?</tr>", probe_html.render(samples.probe(run)))[0]

    assert (
        '<span class="verdict exploding">exploding</span></td><td data-head="starts at"><bdi>fc4</bdi></td>'
        in row
    )


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


def test_of_many_runs_each_opens_when_clicked() -> None:
    """Of four runs each is a section; of five each is folded, and the link to it leads inside."""
    four, five = (
        probe_html.render(samples.probe(*(samples.run(f"run {index}") for index in range(count))))
        for count in (4, 5)
    )

    assert (4, 0) == (four.count('<section id="run-'), four.count('<div class="run">'))
    assert (0, 5) == (five.count('<section id="run-'), five.count('<div class="run">'))
    assert '<summary>Run 5: run 4</summary>\n<div id="run-5">' in five


def test_the_page_has_the_spec_and_a_glossary() -> None:
    """The text of the layer-spec stands in a fold, as text, and each word of the heads is explained."""
    content = probe_html.render(samples.probe(), spec="input: 3 # <b>\nlayers: []\n")

    assert (
        '<summary>2 lines</summary>\n<pre><code dir="ltr">input: 3 # &lt;b&gt;\nlayers: []</code></pre>'
        in content
    )
    explained = set(re.findall("<dt>([^<]+)</dt><dd>[^<]", content.partition("Glossary")[2]))
    own = {"pre-activation", "activation", "theory", "gradient", "saturated", "at the ends", "dead"}
    assert own | {"gain forward", "gain backward", "condition", "verdict", "stream"} <= explained
    assert "Layer-spec" not in probe_html.render(samples.probe())


def test_the_thresholds_and_the_margin() -> None:
    """The facts have the thresholds in words, and each run the smallest of its margins."""
    page = probe_html.render(samples.probe(samples.run("")))

    assert (
        "signal from 0.0006667 to 1500, gradient from 0.005 to 1500, distinct from 0.002, saturated up to 50 %, dead up to 90 %"
        in page
    )
    assert "<bdi>-12 % gradient</bdi></td>" in page
