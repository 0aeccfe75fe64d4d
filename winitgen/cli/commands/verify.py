"""``winitgen verify``: draw a file again and compare it."""

from __future__ import annotations

import sys
import time
from typing import Any

import click

from winitgen.cli import completions, options, stdio
from winitgen.cli.name_options import of_names
from winitgen.cli.progress import Bar
from winitgen.cli.sections import SectionedCommand, option
from winitgen.cli.table_options import of_a_table, unprinted, view_of
from winitgen.errors import DiffersError, UsageError, WinitgenError
from winitgen.report.titles import STATISTICS

_SHOWN = 8
"""Digits of a recipe's hash that are printed."""


@click.command("verify", cls=SectionedCommand)
@options.path("file", "FILE")
@options.path("spec", "[SPEC]", required=False)
@options.choices
@options.threads("draw and compare")
@option(
    "Check",
    "--statistics",
    is_flag=True,
    help="Draw nothing; test whether FILE, from any program, has the distributions of SPEC.",
)
@option(
    "Check",
    "--ideal",
    is_flag=True,
    help="With --statistics, differ if the values follow the law of a library that is not the ideal one.",
)
@option(
    "Check",
    "--base",
    metavar="FILE",
    help="Compare the tensors that are copied with FILE, from which they were.",
    shell_complete=completions.path,
)
@option(
    "Check",
    "--expect",
    metavar="HASH",
    help="Differ unless the recipe has this sha256, which init --json prints as recipe.",
)
@of_names("Check", "FILE")
@option(
    "Report", "--digest", is_flag=True, help="Print digests of the values, the same in every file format."
)
@option("Report", "-q", "--quiet", is_flag=True, help="Print nothing if the file matches.")
@of_a_table
@options.as_json
@options.error_format
def command(file: str, spec: str | None, error_format: str, **choices: Any) -> int:
    """Draw the weights in FILE again, by the recipe in it or by the layer-spec SPEC, and compare all values.

    FILE is a weight file of any format, or a folder. If it differs, or if a loader could read something else of it, the
    first difference is printed and the exit code is 1. The recipe in FILE alone finds accidents: whoever changes FILE can
    change it, too. SPEC, or --expect, says what FILE has to be. Tensors that init has copied from another file are checked by the digest in the
    recipe, or with --base; as SPEC says nothing of them, it needs --base or --expect. --seed, --dtype, --layout and --set replace values of SPEC, as for init.

    \b
    Example:
      winitgen verify weights.safetensors
      winitgen verify weights.npy specs/mlp.yaml --seed 7
      winitgen verify weights.safetensors --expect $HASH
      winitgen verify wrapped.safetensors --strip-prefix module. --ignore '*.ema'
      winitgen verify new.safetensors --base trained.safetensors
      winitgen verify pytorch.safetensors specs/mlp.yaml --statistics
    """
    started = time.perf_counter()
    try:
        _check_call(spec, choices)
        if choices["statistics"]:
            from winitgen.cli.commands import _verify_statistics

            return _verify_statistics.run(file, spec, choices)
        report = _verified(file, spec, choices)
    except WinitgenError as error:
        from winitgen.cli.errors import say

        say(error, error_format)
        if choices["json_"] and isinstance(error, DiffersError):
            _print_json(error.report)
        return error.exit_code
    _print(report, time.perf_counter() - started, spec, choices)
    return 0


def _check_call(spec: str | None, choices: dict[str, Any]) -> None:
    """Refuse conflicting options before anything is read."""
    if choices["quiet"] and choices["json_"]:
        raise UsageError("--quiet and --json both say what is printed; use one")
    if choices["quiet"] and choices["digest"]:
        raise UsageError("--quiet prints nothing, and --digest is printed; use one")
    if choices["base"] is not None and choices["statistics"]:
        raise UsageError("--statistics copies nothing, so that it has no use for --base; use one")
    if choices["expect"] is not None and choices["statistics"]:
        raise UsageError("--statistics needs no recipe, so that it has no use for --expect; use one")
    if choices["ideal"] and not choices["statistics"]:
        raise UsageError("--ideal is about the laws of --statistics; use both")
    if not choices["statistics"] and (choices["columns"] is not None or choices["wide"]):
        shown = "--wide" if choices["columns"] is None else "--columns"
        raise UsageError(f"{shown} is about the table of --statistics; use both")
    view_of(choices, STATISTICS, unprinted(choices))
    given = [f"--{name}" for name in ("seed", "dtype", "layout") if choices[name] is not None]
    given += ["--set"] if choices["settings"] else []
    if given and spec is None:
        raise UsageError(f"{given[0]} replaces what SPEC says; without SPEC the recipe in FILE is followed")


def _verified(file: str, spec: str | None, choices: dict[str, Any]) -> dict[str, Any]:
    import winitgen

    planned = None if spec is None else options.planned(spec, choices)
    with Bar() as bar:
        return winitgen.verify(
            file,
            planned,
            threads=choices["threads"],
            digest=choices["digest"],
            base=choices["base"],
            expect=choices["expect"],
            ignore=choices["ignore"],
            rename=choices["rename"],
            strip_prefix=choices["strip_prefix"],
            progress=bar,
        )


def _print(report: dict[str, Any], seconds: float, spec: str | None, choices: dict[str, Any]) -> None:
    """Print the totals, the notes and the digests, or JSON, or nothing."""
    if choices["quiet"]:
        return
    if choices["json_"]:
        _print_json(report)
        return
    from winitgen.audit.ruled_matching import ruled_clause
    from winitgen.errors import printable
    from winitgen.report.columns import digest_lines, speed, total_line

    lines = [total_line(report), *(f"note: {note}" for note in report["notes"]), *digest_lines(report)]
    how = "drawn again" if "copied" not in report else "drawn again or compared"
    amount = speed(report["totals"]["bytes"], seconds)
    lines.append(
        f"verified {report['file']} ({report['format']}): {how}, bit for bit, {amount}, by {_authority(report, spec, choices)}"
        + ruled_clause(report)
    )
    sys.stdout.write("".join(f"{printable(line)}\n" for line in lines))


def _authority(report: dict[str, Any], spec: str | None, choices: dict[str, Any]) -> str:
    """Return what the file was verified by, and what that is worth."""
    expected = ", as expected" if choices["expect"] is not None else ""
    model = f"{report['model']}, " if report["model"] else ""
    recipe = f"({model}sha256 {report['recipe'][:_SHOWN]}...{expected})"
    if spec is not None:
        return f"the spec {'on standard input' if spec == '-' else spec} {recipe}"
    return f"the recipe in the file {recipe}" + ("" if expected else ", which finds accidents only")


def _print_json(report: dict[str, Any]) -> None:
    from winitgen.report.files import as_json
    from winitgen.report.versions import versioned

    stdio.write_json(as_json(versioned("verify", report)), sys.stdout)
