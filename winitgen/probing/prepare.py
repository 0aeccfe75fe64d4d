"""Everything that is decided before the forward pass: the plan, the graph, and what cannot be probed."""

from __future__ import annotations

import dataclasses
import math
import os
from contextlib import suppress
from typing import NamedTuple

from winitgen.catalog.layers.embedding import Embedding
from winitgen.catalog.layers.layer import Flow
from winitgen.errors import UsageError
from winitgen.load import SpecDraft, check_layout
from winitgen.planning.build import build
from winitgen.planning.plan import INPUT, Plan
from winitgen.probing.graph import GraphNode, graph, takes_channels
from winitgen.probing.operations import OPERATIONS
from winitgen.probing.variants import Variant
from winitgen.spec.mistakes import Mistakes, TooManyMistakes
from winitgen.spec.model import ModelSpec

ROOM = 1 << 30
"""Bytes that the activations and slopes of a batch may take if the number of samples is not given."""

SAMPLES = 500
"""Samples if their number is not given and they fit into `ROOM`: as in the lecture on saturating sigmoids."""


class Prepared(NamedTuple):
    """One network, ready for a batch; ``vocabulary`` is the number of tokens, or None without a token input."""

    variant: Variant
    plan: Plan
    nodes: list[GraphNode]
    incoming: Flow
    vocabulary: int | None

    @property
    def entry(self) -> tuple[Flow, int | None]:
        """What samples must fit: the input of the model, and the size of its vocabulary."""
        return self.incoming, self.vocabulary

    def check_memory(self, samples: int) -> None:
        """Raise `UsageError` if the largest kernel and activation exceed the machine's memory.

        A probe holds more than these two, but never less.
        """
        flows = [self.incoming, *(node.outgoing for node in self.nodes)]
        widest = max(math.prod(size or 1 for size in flow.shape or ()) for flow in flows)
        kernel = max((parameter.size for parameter in self.plan.parameters), default=0)
        needed, available = 4 * (samples * widest + kernel), _memory()
        if needed > available:
            raise UsageError(
                f"a probe with {samples} samples needs at least {needed / 1e9:,.0f} GB of memory, but this machine "
                f"has {available / 1e9:,.0f}; lower --samples, or the sizes of the layers"
            )

    @property
    def fitting(self) -> int:
        """The number of samples whose activations fit into `ROOM`, from 2 to `SAMPLES`."""
        values = sum(math.prod(size or 1 for size in node.outgoing.shape or ()) for node in self.nodes)
        return max(2, min(SAMPLES, ROOM // (8 * max(values, 1))))


def _memory() -> int:
    """Return the machine's memory in bytes, or a number beyond every machine's if it is unknown."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 2**62


def prepare(
    draft: SpecDraft, variant: Variant, *, seed: int | None, dtype: str | None, steps: int | None
) -> Prepared:
    """Return the network of one variant.

    Raises `SpecError` for mistakes, and for layers that cannot be probed, with their locations.
    """
    plan = _planned(draft, variant, seed=seed, dtype=dtype, steps=steps)
    assert plan.input is not None  # otherwise no flow would reach a layer
    nodes = graph(plan)
    if steps is not None and not plan.input.tokens and takes_channels(nodes):
        raise UsageError(
            "--steps sets the positions of a sequence, but the first axis of this model's input is channels"
        )
    counts = [planned.layer.count for planned in plan.layers if isinstance(planned.layer, Embedding)]
    vocabulary = min(counts, default=None) if plan.input.tokens else None
    return Prepared(variant, plan, nodes, plan.input, vocabulary)


def _planned(
    draft: SpecDraft, variant: Variant, *, seed: int | None, dtype: str | None, steps: int | None
) -> Plan:
    """Return the plan of a network whose layers can all be probed."""
    spec, mistakes = draft
    if not mistakes.found:
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
    )
    if not variant.preset:  # what another framework draws is never written, so it need not fit the layout
        check_layout(plan, mistakes)
    mistakes.raise_if_any()
    with suppress(TooManyMistakes):
        _refuse(plan, mistakes)
    mistakes.raise_if_any()
    return plan


def _with_steps(spec: ModelSpec, steps: int | None) -> ModelSpec:
    """Return the spec with another number of positions in its input sequence."""
    if steps is None:
        return spec
    if spec.input is None or (not spec.tokens and len(spec.input) != 2):
        shown = "no stated input" if spec.input is None else f"the input {Flow(spec.input)}"
        raise UsageError(
            f"--steps sets the positions of a sequence, of tokens or of (positions, features); this model has {shown}"
        )
    return dataclasses.replace(spec, input=(steps, *spec.input[1:]))


def _refuse(plan: Plan, mistakes: Mistakes) -> None:
    """Note every layer that is not part of the flow, or that no flow reaches.

    A layer that is written once and repeated is noted once; without an ``input``, so is the lack of a flow.
    """
    reached: set[int] = set() if plan.input is None else {INPUT}
    noted: set[str] = set()
    for index, (planned, location) in enumerate(zip(plan.layers, plan.locations, strict=True)):
        what = f"{planned.layer.type} '{planned.path}'"
        stated = planned.layer.type in OPERATIONS
        if stated and reached.issuperset(planned.sources):
            reached.add(index)
            continue
        written = "input" if stated and plan.input is None else location.path
        if written in noted:
            continue
        noted.add(written)
        if stated:
            mistakes.add(location, f"no flow reaches the {what}; state the model's 'input'")
        else:
            mistakes.add(
                location,
                f"the {what} is not part of the flow, so this model cannot be probed; leave it out, or write it "
                "as a layer, such as positional_embedding",
            )
