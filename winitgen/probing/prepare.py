"""Everything that is decided before the forward pass: the plan, the graph, and what cannot be probed."""

from __future__ import annotations

import dataclasses
import os
import sys
from contextlib import suppress
from typing import NamedTuple

from winitgen.catalog.layers.embedding import Embedding
from winitgen.catalog.layers.flow import Flow
from winitgen.errors import UsageError
from winitgen.files.bound_plan import in_memory
from winitgen.load import SpecDraft, check_layout, checked_choices
from winitgen.planning.build import build
from winitgen.planning.plan import INPUT, Plan
from winitgen.probing.graph import GraphNode, graph, takes_channels
from winitgen.probing.memory import ProbeMemory, memory_of
from winitgen.probing.operations import OPERATIONS
from winitgen.probing.operations.held import Batched
from winitgen.probing.peak import peak_of
from winitgen.probing.variants import Variant
from winitgen.spec.mistakes import Location, Mistakes, TooManyMistakes
from winitgen.spec.model import ModelSpec

ROOM = 1 << 30
"""Bytes that weights, activations and slopes may take if the number of samples is not given."""

LEAST = 2
"""The fewest samples, as theory is about what two of them share."""

SAMPLES = 500
"""Samples if their number is not given and they fit into `ROOM`: as in the lecture on saturating sigmoids."""


class ProbedInput(NamedTuple):
    """What samples must fit: an input of the model, and the number of its tokens, None if it has no tokens.

    ``source`` is its index among the sources of a layer.
    """

    name: str
    flow: Flow
    vocabulary: int | None
    source: int


class Prepared(NamedTuple):
    """One network, ready for a batch; ``left_out`` are the parameters that take no part in the flow."""

    variant: Variant
    plan: Plan
    nodes: list[GraphNode]
    inputs: tuple[ProbedInput, ...]
    left_out: tuple[str, ...]

    def check_memory(self, batched: Batched) -> None:
        """Raise `UsageError` if the probe would take more than the machine's memory."""
        flows = [one.flow for one in self.inputs]
        size = 8 if self.plan.dtype == "float64" else 4
        needed = peak_of(self.nodes, flows, batched, size)
        available = _memory()
        if needed > available:
            raise UsageError(
                f"a probe with {batched.samples} samples needs about {needed / 1e9:,.0f} GB of memory, but this machine "
                f"has {available / 1e9:,.0f}; lower --samples, or the sizes of the layers"
            )

    def memory(self, *, backward: bool) -> ProbeMemory:
        """Return about how much memory this probe takes."""
        return memory_of(self.nodes, [one.flow for one in self.inputs], backward=backward)


def _memory() -> int:
    """Return the machine's memory in bytes, or a number beyond every machine's if it is unknown."""
    if sys.platform == "win32":
        return 2**62
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 2**62


def prepare(
    draft: SpecDraft, variant: Variant, *, seed: int | None, dtype: str | None, steps: int | None
) -> Prepared:
    """Return the network of one variant.

    Raises `SpecError` for mistakes, and for layers that cannot be probed, with their locations.
    """
    plan = _planned(draft, variant, seed=seed, dtype=dtype, steps=steps)
    nodes = graph(plan)
    if (
        steps is not None
        and takes_channels(nodes, INPUT)
        and not any(flow.tokens for flow in plan.inputs.values())
    ):
        raise UsageError(
            "--steps sets the positions of a sequence, but the first axis of this model's input is channels"
        )
    inputs = (
        ProbedInput(name, flow, _vocabulary(plan, INPUT - i) if flow.tokens else None, INPUT - i)
        for i, (name, flow) in enumerate(plan.inputs.items())
    )
    left_out = (planned.path for planned in plan.layers if planned.layer.type not in OPERATIONS)
    return Prepared(variant, plan, nodes, tuple(inputs), tuple(left_out))


def _vocabulary(plan: Plan, source: int) -> int | None:
    """Return the number of tokens that every embedding of an input has."""
    tables = [(planned.layer, planned.sources) for planned in plan.layers]
    return min(
        (t.count for t, sources in tables if isinstance(t, Embedding) and source in sources), default=None
    )


def _planned(
    draft: SpecDraft, variant: Variant, *, seed: int | None, dtype: str | None, steps: int | None
) -> Plan:
    """Return the plan of a network whose layers can all be probed."""
    spec, mistakes = draft
    if not mistakes.found:
        checked_choices(spec.seed, spec.dtype, spec.layout)  # `dataclasses.replace` takes anything
        spec = _with_steps(spec, steps)
    if variant.preset:
        defaults = spec.defaults._replace(init=None, preset=variant.preset)
        spec = dataclasses.replace(spec, defaults=defaults)
    plan = build(
        spec,
        mistakes,
        seed=spec.seed if seed is None else seed,
        dtype=dtype or spec.dtype,
        layout=spec.layout,
        instead=variant.instead,
        preset_first=bool(variant.preset),
    )
    if not variant.preset:  # what another framework draws is never written, so it need not fit the layout
        check_layout(plan, mistakes)
    mistakes.raise_if_any()
    with suppress(TooManyMistakes):
        _refuse(plan, mistakes)
    mistakes.raise_if_any()
    return in_memory(plan, lambda parameter: parameter.type in OPERATIONS)


def _with_steps(spec: ModelSpec, steps: int | None) -> ModelSpec:
    """Return the spec with another number of positions in its input sequence."""
    if steps is None:
        return spec
    flows = [one.flow for one in spec.inputs]
    if len(flows) != 1 or not (flows[0].tokens or len(flows[0].shape or ()) == 2):
        shown = (
            f"the input {flows[0]}" if len(flows) == 1 else "several inputs" if flows else "no stated input"
        )
        raise UsageError(
            f"--steps sets the positions of a sequence, of tokens or of (positions, features); this model has {shown}"
        )
    [sole] = spec.inputs
    flow = sole.flow._replace(shape=(steps, *(sole.flow.shape or ())[1:]))
    return dataclasses.replace(spec, inputs=(sole._replace(flow=flow),))


def _refuse(plan: Plan, mistakes: Mistakes) -> None:
    """Note every layer of the flow that no input reaches; in a model without an input, the first."""
    reached = {INPUT - i for i in range(len(plan.inputs))}
    for index, (planned, location) in enumerate(zip(plan.layers, plan.locations, strict=True)):
        if planned.layer.type not in OPERATIONS:
            continue
        if reached.issuperset(planned.sources):
            reached.add(index)
        else:
            what = f"{planned.layer.type} '{planned.path}'"
            mistakes.add(location, f"no flow reaches the {what}; {_advice(plan)}")
            if not plan.inputs:
                return
    if not reached - {INPUT - i for i in range(len(plan.inputs))} and not mistakes.found:
        mistakes.add(Location(0, 0, "layers"), "no layer takes part in a flow; there is nothing to probe")


def _advice(plan: Plan) -> str:
    """Return what to write in a model that no flow reaches; where layers state their own ``inputs`` they may not follow each other."""
    if plan.inputs or all(planned.layer.inputs is None for planned in plan.layers):
        return "state the model's 'input'"
    return (
        "its layers state 'inputs' of their own, and nothing says how they are joined; "
        "state the model's 'input' if each follows the one before it, else this model cannot be probed"
    )
