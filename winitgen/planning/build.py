"""Putting a plan together: each layer's parameters, each with its scheme and its numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from winitgen import presets, stream
from winitgen.dtypes import DTYPES
from winitgen.layers import quirks
from winitgen.layers.base import Weight
from winitgen.planning import flow
from winitgen.planning.choose import Unfit, choose
from winitgen.planning.flow import Step
from winitgen.planning.names import LONGEST_NAME, clash
from winitgen.planning.plan import Parameter, Plan, PlannedLayer
from winitgen.planning.rules import RuleBook
from winitgen.planning.ties import id_of, path_of, tie
from winitgen.planning.trace import Met, activations_of
from winitgen.presets import Drawn
from winitgen.schemes import SCHEMES, Init
from winitgen.spec.mistakes import Mistakes, Spot, TooManyMistakes
from winitgen.spec.model import ModelSpec

MOST_ELEMENTS = 2**50
"""Of one parameter: a petabyte-sized file, and far inside what every format can address."""

MOST_PARAMETERS = 100_000
"""Of one model, more than the largest that are known have: each takes memory and a tenth of a millisecond."""

MOST_BYTES = 2**62
"""Of all parameters together: what a signed number of 64 bits can count, with a bit to spare."""

COVERED = {
    **dict.fromkeys(("kernel", "recurrent_kernel", "embeddings"), "init"),
    **dict.fromkeys(("bias", "recurrent_bias"), "bias_init"),
}
"""The roles that ``defaults`` reach, and by which of its words."""

RELU_BIAS = Init("constant", value=0.01)
ZEROS = Init("zeros")
RELU_NOTE = "biases of relu layers start at 0.01; turn it off with 'defaults: {bias_init: zeros}'"


class _Chosen(NamedTuple):
    """A scheme for one parameter, who chose it, where that stands, and the weight as that one sees it."""

    init: Init
    why: str
    spot: Spot
    automatic: bool = False
    weight: Weight | None = None


def build(
    spec: ModelSpec,
    mistakes: Mistakes,
    *,
    seed: int,
    dtype: str,
    layout: str,
    instead: Mapping[str, Init] | None = None,
) -> Plan:
    """Return the plan of ``spec``; every mistake goes into ``mistakes``.

    The plan is of use only if no mistake was found. ``instead`` are schemes by the role of the
    parameters that are drawn by them, whatever the spec says.
    """
    planner = _Planner(spec, mistakes, seed, dtype, instead or {})
    layers: list[PlannedLayer] = []
    with suppress(TooManyMistakes):
        layers = planner.layers(flow.run(spec, mistakes))
    sound = not mistakes.found
    return Plan(
        model=spec.model,
        seed=seed,
        dtype=dtype,
        layout=layout,
        layers=tuple(layers),
        spec=spec.canonical() if sound else {},
        notes=tuple(planner.notes),
    )


class _Planner:
    """Decides parameter by parameter."""

    def __init__(
        self, spec: ModelSpec, mistakes: Mistakes, seed: int, dtype: str, instead: Mapping[str, Init]
    ) -> None:
        self.spec = spec
        self.mistakes = mistakes
        self.seed = seed
        self.dtype = dtype
        self.instead = instead
        self.rules = RuleBook(spec.rules)
        self.notes: list[str] = []

    def layers(self, steps: list[Step]) -> list[PlannedLayer]:
        """Return all steps with their parameters, in their order."""
        self._check_count(steps)
        layers = [self._layer(*pair) for pair in zip(steps, activations_of(steps), strict=True)]
        if not self.mistakes.found:
            layers = tie(steps, layers, self.mistakes, self.dtype)
        places = {
            parameter.id: step.place.of("name")
            for step, layer in zip(steps, layers, strict=True)
            for parameter in layer.parameters
        }
        if not self.mistakes.found:
            self._check_total(layers)
            self.rules.note_idle(self.mistakes)
            self._check_names([parameter.id for layer in layers for parameter in layer.parameters], places)
        if not places and not self.mistakes.found:
            self.mistakes.add(Spot(0, 0, "layers"), "no layer has a parameter; there is nothing to write")
        return layers

    def _layer(self, step: Step, met: Met) -> PlannedLayer:
        """Return one step with its parameters; those with a mistake are left out."""
        step = self._with_default_bias(step)
        weights = step.layer.weights(step.incoming) if step.fits else []
        weights = presets.completed(self.spec.defaults.preset, step.layer, weights)
        self._check_words(step, weights)
        self.rules.tied += [id_of(step, weight) for weight in weights if weight.tied]
        drawn = presets.drawn(self.spec.defaults.preset, step.layer, weights)
        framework = getattr(step.layer, "quirks", None) or self.spec.defaults.quirks
        weights = quirks.applied(framework, step.layer, weights)
        found = [
            self._parameter(step, met, weight, preset)
            for weight, preset in zip(weights, drawn, strict=True)
            if not weight.tied
        ]
        parameters = tuple(parameter for parameter in found if parameter is not None)
        return PlannedLayer(step.layer, step.path, step.sources, step.incoming, parameters)

    def _check_count(self, steps: list[Step]) -> None:
        """Note the layer with which there are too many parameters, before anything is decided about one."""
        count = 0
        for step in steps:
            count += len(step.layer.weights(step.incoming)) if step.fits else 0
            if count > MOST_PARAMETERS:
                message = f"more than {MOST_PARAMETERS:,} parameters, repetitions written out"
                self.mistakes.add(step.place.spot, message)
                raise TooManyMistakes

    def _with_default_bias(self, step: Step) -> Step:
        """Return the step with ``defaults: {use_bias}`` where its layer leaves it open."""
        import msgspec

        if getattr(step.layer, "use_bias", False) is not None:
            return step
        return step._replace(layer=msgspec.structs.replace(step.layer, use_bias=self.spec.defaults.use_bias))

    def _parameter(self, step: Step, met: Met, weight: Weight, preset: Drawn | None) -> Parameter | None:
        """Return one parameter, or None with the mistake noted."""
        parameter_id = id_of(step, weight)
        try:
            chosen = self._chosen(parameter_id, step, weight, preset, met)
        except Unfit as unfit:
            self.mistakes.add(step.place.of(weight.word), f"{parameter_id}: {unfit}")
            return None
        dtype = weight.dtype or getattr(step.layer, "dtype", None) or self.dtype
        try:
            self._check_size(weight, parameter_id)
            seen = chosen.weight or weight
            choice = choose(chosen.init, seen, met.activation, self.spec.defaults.distribution, DTYPES[dtype])
        except Unfit as unfit:
            shown = parameter_id if len(parameter_id) <= LONGEST_NAME else f"{parameter_id[:40]}..."
            self.mistakes.add(chosen.spot, f"{shown}: {unfit}")
            return None
        if chosen.automatic and chosen.init == RELU_BIAS and RELU_NOTE not in self.notes:
            self.notes.append(RELU_NOTE)
        return Parameter(
            id=parameter_id,
            path=path_of(step, weight),
            role=weight.role,
            type=step.layer.type,
            shape=weight.shape,
            dtype=dtype,
            fan_in=seen.fan_in,
            fan_out=seen.fan_out,
            scheme=choice.scheme,
            formula=choice.formula,
            distribution=choice.keyed(self.seed, parameter_id),
            mean=choice.mean,
            std=choice.std,
            why=chosen.why,
            key=stream.key(self.seed, parameter_id),
            zeroed=weight.zeroed,
            part=weight.part,
        )

    def _chosen(
        self, parameter_id: str, step: Step, weight: Weight, preset: Drawn | None, met: Met
    ) -> _Chosen:
        """Return the scheme: a rule's, the layer's own, the defaults', the preset's, or the automatic one."""
        spot = step.place.of(weight.word)
        if not weight.word:
            self.rules.buffers.append(parameter_id)
            return _Chosen(weight.auto or ZEROS, "buffer", spot)
        candidates = []
        rule = self.rules.pick(parameter_id, step, weight)
        if weight.role in self.instead:
            candidates.append((self.instead[weight.role], "instead of the spec's", spot))
        if rule is not None:
            candidates.append(
                (self.spec.rules[rule].init, f"rules[{rule}]", self.spec.rules[rule].place.of("init"))
            )
        own = getattr(step.layer, weight.word, None)
        if own is not None:
            candidates.append((own, "layer", spot))
        default = getattr(self.spec.defaults, COVERED.get(weight.role, ""), None)
        if default is not None:
            candidates.append((default, "defaults", spot))
        if not candidates and preset is not None:
            return _Chosen(preset.init, f"preset {self.spec.defaults.preset}", spot, weight=preset.weight)
        if not candidates or candidates[0][0].scheme == "auto":
            given = candidates[0][0] if candidates else Init("auto")
            spot = candidates[0][2] if candidates else spot
            general = bool(candidates) and candidates[0][1] == "defaults"
            return self._automatic(given, step, weight, met, spot, general=general)
        return _Chosen(*candidates[0])

    def _automatic(
        self, given: Init, step: Step, weight: Weight, met: Met, spot: Spot, *, general: bool
    ) -> _Chosen:
        """Return what ``auto`` means for this parameter; ``given`` may hold a distribution or a gain.

        ``general`` says that it is asked for in the defaults, for this parameter among others.
        """
        if weight.auto is not None:
            auto = _with_words(weight.auto, given, general=general)
            return _Chosen(auto, "auto", spot, automatic=True)
        if not weight.role:
            raise Unfit("auto has nothing to go by here; name a scheme, such as {scheme: normal, std: 0.02}")
        via = f" at {met.at}" if met.at and met.at != step.path else ""
        why = f"auto: {met.activation}{via}"
        if weight.word == "init":
            return _Chosen(given, why, spot, automatic=True)
        if met.activation.name == "relu" and not met.behind_norm:
            return _Chosen(_with_words(RELU_BIAS, given, general=general), why, spot, automatic=True)
        why = f"{why}, behind a norm" if met.behind_norm else why
        return _Chosen(_with_words(ZEROS, given, general=general), why, spot, automatic=True)

    def _check_words(self, step: Step, weights: list[Weight]) -> None:
        """Note a word of the layer that says how to draw what the layer does not have."""
        if not step.fits or (step.incoming is not None and step.incoming.shape is None):
            return
        for word, what in (("init", "a kernel or a scale"), ("bias_init", "a bias or a shift")):
            if getattr(step.layer, word, None) is not None and word not in [w.word for w in weights]:
                bare = getattr(step.layer, "affine", True) is False
                advice = f"write 'affine: true', or leave {word} out" if bare else f"leave {word} out"
                message = f"this {step.layer.type} does not have {what}; {advice}"
                self.mistakes.add(step.place.of(word), message)

    def _check_size(self, weight: Weight, parameter_id: str) -> None:
        count = math.prod(weight.shape)
        if count > MOST_ELEMENTS:
            raise Unfit(f"{count:.3g} elements of shape {list(weight.shape)}; at most 2^50 can be written")
        if len(parameter_id.encode()) > LONGEST_NAME:
            raise Unfit(
                f"the id has {len(parameter_id.encode())} bytes; at most {LONGEST_NAME} can be stored"
            )

    def _check_total(self, layers: list[PlannedLayer]) -> None:
        """Note parameters that together have more bytes than a file can."""
        parameters = [parameter for layer in layers for parameter in layer.parameters]
        if sum(parameter.size * DTYPES[parameter.dtype].itemsize for parameter in parameters) > MOST_BYTES:
            message = f"the {len(parameters)} parameters have more than 2^62 bytes; write smaller sizes"
            self.mistakes.add(Spot(0, 0, "layers"), message)

    def _check_names(self, ids: list[str], places: dict[str, Spot]) -> None:
        pair = clash(ids)
        if pair:
            first, second = pair
            message = f"the parameters '{first}' and '{second}' cannot stand in one file; rename one"
            self.mistakes.add(places.get(second, Spot(0, 0, "")), message)


def _with_words(auto: Init, given: Init, *, general: bool) -> Init:
    """Return what ``auto`` means, with the words that stand beside it.

    Of words that are meant for many parameters, those in the defaults (``general``) and those beside
    an orthogonal kernel, it takes those it can. Raises `Unfit` for others: a constant takes none, and
    a scheme with a scale no gain.
    """
    words = {word: value for word, value in given._asdict().items() if word != "scheme" and value is not None}
    row = SCHEMES[auto.scheme]
    gains = [word for word in ("gain", "gain_rule") if word in words and auto.scale is not None]
    if general or auto.scheme == "orthogonal":
        words = {word: value for word, value in words.items() if word in row.words and word not in gains}
    elif words and not row.mode:
        raise Unfit(
            f"{' and '.join(words)} goes with a scheme that follows the fans; auto is {auto.scheme} here"
        )
    elif gains:
        raise Unfit(
            f"{' and '.join(gains)} goes with an auto that follows the activation; here it is {auto.scheme} with "
            f"scale {auto.scale:g}; write {{scheme: {auto.scheme}, mode: {auto.mode}, scale: ...}}"
        )
    return auto._replace(**words)
