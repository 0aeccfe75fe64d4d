"""A command reads, plans and lays out its spec only once."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import Counted
from winitgen.cli import group
from winitgen.layouts import LAYOUTS
from winitgen.layouts.tensor import Layout, Tensor
from winitgen.planning.plan import Plan

COMMANDS = {
    "init": ["init", "SPEC", "-o", "new.safetensors", "--digest", "--report", "r.html"],
    "init again": ["init", "SPEC", "-o", "w.safetensors"],
    "init in another dtype and layout": ["init", "SPEC", "-o", "w.npz", "--dtype", "float64", "--layout", "keras"],
    "init --dry-run": ["init", "SPEC", "--dry-run", "-o", "w.npz"],
    "init --check": ["init", "SPEC", "-o", "w.safetensors", "--check"],
    "plan": ["plan", "SPEC"],
    "plan in another layout": ["plan", "SPEC", "--layout", "flax", "--seed", "7", "--set", "n=9", "--json"],
    "verify FILE SPEC": ["verify", "w.safetensors", "SPEC", "--digest"],
    "verify --statistics": ["verify", "w.safetensors", "SPEC", "--statistics"],
    "probe": ["probe", "SPEC", "--samples", "2"],
    "probe in another dtype": ["probe", "SPEC", "--samples", "2", "--dtype", "float64"],
}  # fmt: skip


class Counts:
    """How often a spec was read and planned, its flow computed, and its tensors laid out."""

    def __init__(self, counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read = counted("winitgen.load.read_spec")
        self.planned = counted("winitgen.planning.build.Plan")
        self.flowed = counted("winitgen.planning.flow.run")
        self.laid_out: list[str] = []
        for name, layout in list(LAYOUTS.items()):

            def tensors(plan: Plan, layout: Layout = layout) -> list[Tensor]:
                self.laid_out.append(layout.name)
                return layout.tensors(plan)

            monkeypatch.setitem(LAYOUTS._found, name, layout._replace(tensors=tensors))

    def numbers(self) -> list[int]:
        """Return the four numbers."""
        return [len(calls) for calls in (self.read, self.planned, self.flowed, self.laid_out)]


@pytest.fixture
def counts(counted: Counted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spec: Path) -> Counts:
    """Return counters that start at zero, in a folder with weights of the spec."""
    monkeypatch.chdir(tmp_path)
    run("init", str(spec), "-o", "w.safetensors")
    return Counts(counted, monkeypatch)


def run(*args: str) -> None:
    """Run a command in this process; it must succeed."""
    result = CliRunner().invoke(group, list(args), standalone_mode=False, catch_exceptions=False)
    assert not result.return_value, result.output


@pytest.mark.parametrize("name", COMMANDS)
def test_a_spec_is_planned_once(name: str, counts: Counts, spec: Path) -> None:
    """Checking, drawing and reporting use one plan, made with the options of the call."""
    run(*(str(spec) if arg == "SPEC" else arg for arg in COMMANDS[name]))

    assert [1, 1, 1, 1] == counts.numbers()


def test_a_recipe_is_followed_once(counts: Counts) -> None:
    """Without a spec, the recipe in the file is planned and laid out once; no spec is read."""
    run("verify", "w.safetensors", "--digest")

    assert [0, 1, 1, 1] == counts.numbers()


def test_every_variant_is_planned_once(counts: Counts, spec: Path) -> None:
    """Compared schemes share one spec, and each has its own plan."""
    run("probe", str(spec), "--samples", "2", "--compare", "spec,he_normal,xavier_normal")

    assert [1, 3, 3, 3] == counts.numbers()


def test_every_value_of_a_sweep_is_read_once(counts: Counts, spec: Path) -> None:
    """A variable changes the spec, so it is read once for each value."""
    run("probe", str(spec), "--samples", "2", "--compare", "spec,he_normal", "--sweep", "n=4,8")

    assert [2, 4, 4, 4] == counts.numbers()
