"""Building a plan: the parameters of each layer, each with its scheme and its numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from sys import intern
from typing import TYPE_CHECKING

from winitgen.catalog import presets
from winitgen.catalog.init import Init
from winitgen.catalog.layers.kernel_norm import is_normed
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.schemes.scheme import Unfit
from winitgen.drawing import keystream
from winitgen.drawing.distributions.keyed import keyed
from winitgen.numeric.dtypes import DTYPES
from winitgen.planning import flow
from winitgen.planning.contested import Contested
from winitgen.planning.flow import Step, Walked
from winitgen.planning.known_draws import KnownDraws, TooMuchComputed
from winitgen.planning.layer_needs import LayerNeeds
from winitgen.planning.limits import check_count, check_names, check_size, check_total
from winitgen.planning.name_clash import LONGEST_NAME
from winitgen.planning.next_activation import NextActivation, activations_of
from winitgen.planning.plan import Parameter, Plan, PlannedLayer
from winitgen.planning.precedence import RELU_BIAS, RELU_NOTE, SelectedInit, Selector
from winitgen.planning.rule_book import rule_book
from winitgen.planning.ties import Tie, check_keys, id_of, own_biases, path_of, tie, ties_of
from winitgen.spec.mistakes import Location, Mistakes, TooManyMistakes
from winitgen.spec.model import ModelSpec

if TYPE_CHECKING:
    from winitgen.catalog.presets.preset import PresetDraw


def build(
    spec: ModelSpec,
    mistakes: Mistakes,
    *,
    seed: int,
    dtype: str,
    layout: str,
    instead: Mapping[str, Init] | None = None,
    preset_first: bool = False,
) -> Plan:
    """Return the plan of ``spec``; every mistake goes into ``mistakes``.

    The plan is valid only if no mistake was found. ``instead`` maps roles to schemes that override the
    spec's for parameters of that role; with ``preset_first`` the spec's preset overrides them, fans and all.
    """
    planner = _Planner(spec, mistakes, seed, dtype, instead or {}, preset_first=preset_first)
    walked = Walked([], (), [])
    layers: list[PlannedLayer] = []
    with suppress(TooManyMistakes):
        walked = flow.run(spec, mistakes)
        layers = planner.layers(walked.steps)
    sound = not mistakes.found
    return Plan(
        model=spec.model,
        seed=seed,
        dtype=dtype,
        layout=layout,
        named_inputs=tuple((one.name, one.flow) for one in spec.inputs),
        stated_outputs=walked.outputs,
        layers=tuple(layers),
        _spec=json.dumps(spec.canonical()) if sound else "{}",
        notes=(*walked.notes, *planner.notes, *planner.contested.notes()),
        locations=tuple(step.location for step in walked.steps),
        file=mistakes.file,
    ).sealed()


INIT_KEYS = {"init": "kernel or scale", "bias_init": "bias or shift"}
"""The options that give a scheme, each with what has it."""


class _Planner:
    """Decides how each parameter is drawn."""

    def __init__(
        self,
        spec: ModelSpec,
        mistakes: Mistakes,
        seed: int,
        dtype: str,
        instead: Mapping[str, Init],
        *,
        preset_first: bool,
    ) -> None:
        self.spec = spec
        self.mistakes = mistakes
        self.seed = seed
        self.dtype = dtype
        self.rules = rule_book(spec.rules)
        self.preset_first = preset_first
        self.selector = Selector(spec, self.rules, instead, preset_first=preset_first)
        self.needs = LayerNeeds(spec.defaults)
        self.draws = KnownDraws(spec.defaults.distribution)
        self.notes: list[str] = []
        self.ties: list[Tie] = []
        self.orders: list[list[str]] = []
        self.contested = Contested()

    def layers(self, steps: list[Step]) -> list[PlannedLayer]:
        """Return all steps with their parameters, in order."""
        check_count(steps, (self.needs.of(step).number for step in steps), self.mistakes)
        layers = [self._layer(*pair) for pair in zip(steps, activations_of(steps), strict=True)]
        if not self.mistakes.found:
            layers = tie(self.ties, layers, self.orders, self.mistakes)
        if not self.mistakes.found and any(is_normed(step.layer) for step in steps):
            from winitgen.planning.derived import with_derived

            layers = with_derived(steps, layers, self.seed, self.mistakes)
            derived = {"g", "u", "v"}
            self.rules.buffers += [p.id for layer in layers for p in layer.parameters if p.role in derived]
        if not self.mistakes.found:
            check_total(layers, self.mistakes)
            self.rules.note_idle(self.mistakes)
            self.notes += own_biases(self.ties, layers)
            check_names(steps, layers, self.mistakes)
        if not self.mistakes.found and not any(layer.parameters for layer in layers):
            self.mistakes.add(Location(0, 0, "layers"), "no layer has parameters; there is nothing to write")
        return layers

    def _layer(self, step: Step, met: NextActivation) -> PlannedLayer:
        """Return one step with its parameters; those with a mistake are left out."""
        layer, _, weights, quirks, seen = self.needs.of(step)
        step = step if step.layer is layer else Step(layer, *step[1:])
        self._check_init_keys(step, weights)
        ids = [id_of(step, weight) for weight in weights]
        check_keys(step, weights, self.mistakes)
        ties = ties_of(len(self.orders), step, weights, self.dtype, self.spec.twins)
        tied = [id_of(step, one.weight) for one in ties]
        self.ties += ties
        self.rules.tied += tied
        self.orders.append(ids)
        stated = "" if self.preset_first else quirks
        drawn = presets.drawn(self.spec.defaults.preset, layer, weights, ids, stated)
        found = [
            self._parameter(id_, step, met, weight, preset)
            for weight, preset, id_ in zip(seen, drawn, ids, strict=True)
            if id_ not in tied
        ]
        parameters = tuple([parameter for parameter in found if parameter is not None])
        return PlannedLayer(
            layer,
            step.path,
            step.sources,
            step.entering,
            step.outgoing,
            tuple(step.consumers),
            parameters,
            models=step.models,
        )

    def _parameter(
        self, parameter_id: str, step: Step, met: NextActivation, weight: Weight, preset: PresetDraw | None
    ) -> Parameter | None:
        """Return one parameter, or None with the mistake noted."""
        try:
            selected = self.selector.select(parameter_id, step, weight, preset, met)
        except Unfit as unfit:
            self.mistakes.add(step.location.of(weight.init_key), f"{parameter_id}: {unfit}")
            return None
        try:
            parameter = self._drawn(parameter_id, step, met, weight, selected)
        except Unfit as unfit:
            shown = parameter_id if len(parameter_id) <= LONGEST_NAME else f"{parameter_id[:40]}..."
            self.mistakes.add(selected.location, f"{shown}: {unfit}")
            if isinstance(unfit, TooMuchComputed):
                raise TooManyMistakes from None
            return None
        if selected.automatic and selected.init == RELU_BIAS and RELU_NOTE not in self.notes:
            self.notes.append(RELU_NOTE)
        self.contested.see(step.path, met, weight, selected)
        return parameter

    def _drawn(
        self, parameter_id: str, step: Step, met: NextActivation, weight: Weight, selected: SelectedInit
    ) -> Parameter:
        """Return a parameter by its scheme; raise `Unfit` if the scheme does not suit it."""
        check_size(weight, parameter_id)
        seen = selected.weight or weight
        dtype = weight.dtype or step.layer.dtype or self.dtype
        draw_spec = self.draws.of(selected.init, seen, met.activation, DTYPES[dtype])
        return Parameter(
            id=parameter_id,
            path=path_of(step, weight),
            role="" if weight.bare else weight.role,
            type=step.layer.type,
            shape=weight.shape,
            dtype=dtype,
            fan_in=seen.fan_in,
            fan_out=seen.fan_out,
            scheme=draw_spec.scheme,
            formula=draw_spec.formula,
            distribution=keyed(draw_spec.distribution, partial(keystream.key, self.seed, parameter_id)),
            mean=draw_spec.mean,
            std=draw_spec.std,
            why=intern(selected.why),
            key=keystream.key(self.seed, parameter_id),
            zeroed=weight.zeroed,
            part=weight.part,
        )

    def _check_init_keys(self, step: Step, weights: Sequence[Weight]) -> None:
        """Note a scheme for a kind of parameter that the layer does not have."""
        given = [key for key in INIT_KEYS if step.layer.init_of(key) is not None]
        if not given or not step.fits:
            return
        if any(flow is not None and flow.shape is None for flow in step.entering):
            return
        for key in given:
            what = INIT_KEYS[key]
            if key not in [w.init_key for w in weights]:
                bare = step.layer.norm and not getattr(step.layer, "affine", True)
                advice = f"write 'affine: true', or leave {key} out" if bare else f"leave {key} out"
                message = f"this {step.layer.type} has no {what}; {advice}"
                self.mistakes.add(step.location.of(key), message)
