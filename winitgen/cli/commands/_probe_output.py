"""Helpers of ``winitgen probe``: check its options, run it, write and print the report."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

from winitgen.cli import options, reproduce, stdio
from winitgen.cli.commands._probe_loss import chosen
from winitgen.cli.commands._probe_pictures import check_figures, paper
from winitgen.cli.progress import Waiting
from winitgen.cli.table_options import unprinted, view_of
from winitgen.errors import SpecError, UsageError, printable
from winitgen.probing.thresholds import parse_thresholds
from winitgen.report.titles import BY_COMMAND, LAYERS, RUNS

if TYPE_CHECKING:
    from winitgen.load import SpecDraft
    from winitgen.probing.variants import Sweep
    from winitgen.spec.operations import Plain


def check_call(spec: str, choices: dict[str, Any]) -> set[str]:
    """Refuse conflicting options before anything is read; return the verdicts to fail on."""
    from winitgen.report.probe_files import check_files

    check_figures(choices)
    check_files(spec, choices["input"], choices["plot"], choices["figure"], choices["report"])
    _check_columns(choices)
    parse_thresholds(choices["thresholds"])
    chosen(choices)
    return _verdicts(choices["fail_on"])


def _check_columns(choices: dict[str, Any]) -> None:
    """Refuse a column that the table of these runs does not have: that of one run has layers, that of several has runs."""
    from winitgen.probing.variants import parse_schemes, parse_sweep
    from winitgen.spec.mistakes import show

    columns = view_of(choices, BY_COMMAND["probe"], unprinted(choices)).columns
    if not columns:
        return
    compared = 1 if choices["compare"] is None else len(parse_schemes(choices["compare"]))
    points = 1 if choices["sweep"] is None else len(parse_sweep(choices["sweep"]).values)
    what, titles = ("one run", LAYERS) if compared * points == 1 else ("several runs", RUNS)
    for name in columns:
        if name not in titles:
            raise UsageError(
                f"--columns: the table of {what} has no column {show(name)}; its columns are {', '.join(titles)}"
            )


def _verdicts(text: str | None) -> set[str]:
    """Return the verdicts in ``A,B,C``."""
    from winitgen.probing.verdict import ANY, VERDICTS
    from winitgen.spec.mistakes import show, suggest

    names = [name.strip() for name in text.split(",")] if text is not None else []
    for name in names:
        if name not in (*VERDICTS, ANY):
            hint = suggest(name, VERDICTS) or f"; the verdicts are {', '.join(VERDICTS)}, or any of them"
            raise UsageError(f"--fail-on: unknown verdict {show(name)}{hint}")
    return {*VERDICTS} if ANY in names else set(names)


def run(spec: str, choices: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the report of the probe with these options, and the text of the layer-spec."""
    from winitgen import load
    from winitgen.probing.layers_passed import LayersPassed
    from winitgen.probing.options import probe_by
    from winitgen.probing.variants import parse_schemes, parse_sweep

    content, file = options.content(spec)
    given = options.variables(choices)
    sweep = None if choices["sweep"] is None else parse_sweep(choices["sweep"])
    _check_sweep(sweep, given)
    _check_places(content, file, given, choices)

    def read(replaced: Mapping[str, float]) -> SpecDraft:
        return load.read_content(content, file, variables={**given, **replaced})

    progress = LayersPassed()
    with Waiting("probing", progress.share):
        report = probe_by(
            read,
            progress,
            seed=choices["seed"],
            dtype=choices["dtype"],
            samples=choices["samples"],
            steps=choices["steps"],
            input=choices["input"],
            backward=not choices["no_backward"],
            compare=[] if choices["compare"] is None else parse_schemes(choices["compare"]),
            sweep=None if sweep is None else {sweep.variable: sweep.values},
            seeds=choices["seeds"],
            thresholds=parse_thresholds(choices["thresholds"]),
            **chosen(choices),
            threads=choices["threads"],
        )
    return {**report, "command": reproduce.command("probe", spec, choices)}, content


def _check_sweep(sweep: Sweep | None, given: Mapping[str, Plain]) -> None:
    """Refuse a sweep of a variable that has a value of its own; that of gains varies no variable."""
    from winitgen.probing.variants import GAIN
    from winitgen.spec.mistakes import show

    if sweep is not None and sweep.variable != GAIN and sweep.variable in given:
        raise UsageError(f"--set and --sweep both say what {show(sweep.variable)} is; use one")


def _check_places(content: bytes, file: str, given: Mapping[str, Plain], choices: dict[str, Any]) -> None:
    """Raise `UsageError` for a plot or a report over a file with values; only where there is a file, as planning takes time."""
    from winitgen import load
    from winitgen.cli.commands._report_places import files_with_values
    from winitgen.report.files import refuse_replacing
    from winitgen.report.replaceable import refuse_other_kind

    written = [(what, path) for what in ("plot", "report") for path in choices[what] if os.path.lexists(path)]
    if not written:
        return
    with suppress(SpecError):  # the probe tells the mistakes
        sources = list(files_with_values(load.plan_of(load.read_content(content, file, variables=given))))
        for what, path in written:
            refuse_replacing(path, what, sources)
    for what, path in written:
        refuse_other_kind(path, what, force=choices["force"])


def write_files(report: dict[str, Any], choices: dict[str, Any], spec: bytes) -> None:
    """Write the plots and the reports; pages show ``spec``, the text of the layer-spec."""
    from winitgen.report.probe_files import write_plot, write_report

    which = {"figures": choices["figure"], "layer": choices["layer"], "layers": choices["layers"]}
    for path in choices["plot"]:
        write_plot(report, path, **which, paper=paper(choices), spec=spec)
    for path in choices["report"]:
        write_report(report, path, spec)


def show(report: dict[str, Any], out: TextIO, choices: dict[str, Any]) -> None:
    """Print the report: as JSON, or as a table with the verdict."""
    if choices["json_"]:
        from winitgen.report.files import as_json
        from winitgen.report.versions import versioned

        stdio.write_json(as_json(versioned("probe", report)), out)
        return
    from winitgen.report.probe_diagnostics import sections
    from winitgen.report.probe_table import head_line, table, verdict_lines
    from winitgen.report.terminal import print_table, print_verdicts

    view = view_of(choices, BY_COMMAND["probe"])
    print_table(*table(report, bars=stdio.bars(out)), out, view)
    out.write(f"\n{head_line(report)}\n")
    print_verdicts(verdict_lines(report), out)
    for section in sections(report):
        out.write(f"\n{printable(section.title)}: {section.meaning}\n")
        print_table(section.head, section.rows, out, section.view(wide=view.wide))
    for note in report["notes"]:
        out.write(f"note: {note}\n")
