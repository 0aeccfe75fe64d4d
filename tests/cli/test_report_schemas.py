"""What commands print as JSON is as their schemas say, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.cli.conftest import Winitgen
from tests.cli.json_reports import CALLS, prepare, printed
from winitgen.report.schemas.of_reports import REPORTS, report_schema
from winitgen.report.versions import VERSION

EACH = [(command, call) for command, calls in CALLS.items() for call in calls]

Path_ = tuple[str | int, ...]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the calls read."""
    path = tmp_path_factory.mktemp("reports")
    prepare(path)
    return path


@pytest.fixture(scope="module")
def reports(folder: Path) -> dict[tuple[str, str], Any]:
    """What each call prints."""
    return {(command, call): printed(command, call, folder) for command, call in EACH}


def validator(command: str) -> Draft202012Validator:
    """Return what checks the report of a command."""
    return Draft202012Validator(report_schema(command))


def errors(command: str, report: Any) -> list[str]:
    """Return what the schema has against a report."""
    found = [
        leaf for error in validator(command).iter_errors(report) for leaf in (error, *(error.context or ()))
    ]
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def objects(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Yield the path of every object in a report, but of later entries of lists."""
    if isinstance(value, dict):
        yield path
        for key, entry in value.items():
            yield from objects(entry, (*path, key))
    if isinstance(value, list):
        for index, entry in enumerate(value[:1]):
            yield from objects(entry, (*path, index))


def at(value: Any, path: Path_) -> Any:
    """Return the value at a path."""
    for step in path:
        value = value[step]
    return value


BY_NAME = {"init", "metadata", "facts", "tests", "quantiles", "failed", "inputs", "bytes", "spread"}
"""Objects whose keys are names of the file's or the spec's, or of tests; any key may be in them."""


def closed(report: Any) -> Iterator[Path_]:
    """Yield the path of each object with fixed keys."""
    for path in objects(report):
        inside_spec = "spec" in path[1:] or "spread" in path or ("provenance" in path and "base" in path)
        if not inside_spec and not (path and path[-1] in BY_NAME):
            yield path


def optional(command: str) -> set[str]:
    """Return the keys that an object of the report may lack."""
    parts = report_schema(command)["$defs"].values()
    return {key for part in parts for key in part["properties"] if key not in part.get("required", ())}


@pytest.mark.parametrize("command", REPORTS)
def test_each_is_a_schema(command: str) -> None:
    """Each is valid 2020-12, each object in it is closed, and each key has its meaning."""
    schema = report_schema(command)
    Draft202012Validator.check_schema(schema)

    for name, part in schema["$defs"].items():
        assert part["additionalProperties"] is False, name
        silent = [key for key, value in part["properties"].items() if "description" not in value]
        assert silent in ([], ["kind"]), name


@pytest.mark.parametrize(("command", "call"), EACH, ids=[f"{one} {two}" for one, two in EACH])
def test_a_report_is_as_its_schema_says(reports: dict[tuple[str, str], Any], command: str, call: str) -> None:
    """No schema has anything against what its command prints."""
    report = reports[command, call]

    assert errors(command, report) == []
    for one in report if isinstance(report, list) else [report]:
        assert (command, VERSION) == (one["report"], one["version"])


@pytest.mark.parametrize(("command", "call"), EACH, ids=[f"{one} {two}" for one, two in EACH])
def test_a_changed_report_is_refused(reports: dict[tuple[str, str], Any], command: str, call: str) -> None:
    """A surplus key, a missing key and a value of another kind fail, in every object of the report."""
    report, checker, may_lack = reports[command, call], validator(command), optional(command)
    text = json.dumps(report)
    for path in closed(report):
        keys = [key for key in at(report, path) if key not in may_lack]
        for key in (None, *keys):
            for change in ("missing", "wrong") if key is not None else ("surplus",):
                changed = json.loads(text)
                if change == "missing":
                    del at(changed, path)[key]
                else:
                    at(changed, path)[key or "surplus"] = {"of another": "kind"}
                if change == "wrong" and (key in BY_NAME or (path[-1:] == ("first",) and key in ("a", "b"))):
                    continue
                if change == "wrong" and path[-1:] == ("provenance",):
                    continue
                assert not checker.is_valid(changed), (path, key, change)


@pytest.mark.parametrize(("command", "path"), [("init", "r.json"), ("probe", "p.json")])
def test_a_report_in_a_file(folder: Path, here: Winitgen, command: str, path: str) -> None:
    """The JSON that --report writes is as the schema says, too."""
    output = ["-o", str(folder / "of-report.safetensors")] if command == "init" else ["--samples", "5"]
    done = here(command, folder / "m.yaml", *output, "--report", folder / path)

    assert (0, "") == (done.code, done.err)
    assert errors(command, json.loads((folder / path).read_text())) == []


def test_the_command_prints_it(winitgen: Winitgen) -> None:
    """``winitgen schema --report`` prints the schema of a command, and names those that have one."""
    assert report_schema("diff") == json.loads(winitgen("schema", "--report", "diff").out)
    assert (
        2,
        "",
        "winitgen: --report: no command 'prob' has a report; did you mean 'probe'?\n",
    ) == winitgen("schema", "--report", "prob")
    assert (
        2,
        "",
        "winitgen: --report: no command 'digest' has a report; those with a schema are init, plan, probe, inspect, verify, diff, convert, finalize, summary, schemes, activations, layers, presets, formats, families, example\n",
    ) == winitgen("schema", "--report", "digest")
