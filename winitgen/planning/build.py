"""Putting a plan together: each layer's parameters, each with its scheme and its numbers."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import NamedTuple

from winitgen import stream
from winitgen.dtypes import DTYPES
from winitgen.layers.base import Weight
from winitgen.planning import flow
from winitgen.planning.choose import Unfit, choose
from winitgen.planning.flow import Step
from winitgen.planning.names import LONGEST_NAME, clash
from winitgen.planning.plan import Parameter, Plan
from winitgen.planning.rules import RuleBook
from winitgen.planning.trace import Met, activation_of
from winitgen.schemes import SCHEMES, Init
from winitgen.spec.mistakes import Mistakes, Spot, TooManyMistakes
from winitgen.spec.model import ModelSpec

MOST_ELEMENTS = 2**50
"""Of one parameter: a petabyte-sized file, and far inside what every format can address."""

COVERED = {"kernel": "init", "recurrent_kernel": "init", "embeddings": "init", "bias": "bias_init"}
"""The roles that ``defaults`` reach, and by which of its words."""

RELU_BIAS = Init("constant", value=0.01)
ZEROS = Init("zeros")
RELU_NOTE = "biases of relu layers start at 0.01; turn it off with 'defaults: {bias_init: zeros}'"


class _Chosen(NamedTuple):
    """A scheme for one parameter, who chose it, and where that stands."""

    init: Init
    why: str
    spot: Spot
    automatic: bool = False


def build(spec: ModelSpec, mistakes: Mistakes, *, seed: int, dtype: str, layout: str) -> Plan:
    """Return the plan of ``spec``; every mistake goes into ``mistakes``.

    The plan is of use only if no mistake was found.
    """
    planner = _Planner(spec, mistakes, seed, dtype)
    parameters: list[Parameter] = []
    with suppress(TooManyMistakes):
        parameters = planner.parameters(flow.run(spec, mistakes))
    sound = not mistakes.found
    return Plan(
        model=spec.model,
        seed=seed,
        dtype=dtype,
        layout=layout,
        parameters=tuple(parameters),
        spec=spec.canonical() if sound else {},
        notes=tuple(planner.notes),
    )


class _Planner:
    """Decides parameter by parameter."""

    def __init__(self, spec: ModelSpec, mistakes: Mistakes, seed: int, dtype: str) -> None:
        self.spec = spec
        self.mistakes = mistakes
        self.seed = seed
        self.dtype = dtype
        self.rules = RuleBook(spec.rules)
        self.notes: list[str] = []

    def parameters(self, steps: list[Step]) -> list[Parameter]:
        """Return the parameters of all steps, in their order."""
        parameters = []
        places: dict[str, Spot] = {}
        for index, step in enumerate(steps):
            layer = self._with_default_bias(step)
            weights = layer.layer.weights(step.incoming) if step.fits else []
            self._check_words(layer, weights)
            for weight in weights:
                parameter = self._parameter(steps, index, layer, weight)
                if parameter is not None:
                    parameters.append(parameter)
                    places.setdefault(parameter.id, step.place.of("name"))
        if not self.mistakes.found:
            self.rules.note_idle(self.mistakes)
            self._check_names([parameter.id for parameter in parameters], places)
        if not parameters and not self.mistakes.found:
            self.mistakes.add(Spot(0, 0, "layers"), "no layer has a parameter; there is nothing to write")
        return parameters

    def _with_default_bias(self, step: Step) -> Step:
        """Return the step with ``defaults: {use_bias}`` where its layer leaves it open."""
        import msgspec

        if getattr(step.layer, "use_bias", False) is not None:
            return step
        return step._replace(layer=msgspec.structs.replace(step.layer, use_bias=self.spec.defaults.use_bias))

    def _parameter(self, steps: list[Step], index: int, step: Step, weight: Weight) -> Parameter | None:
        """Return one parameter, or None with the mistake noted."""
        parameter_id = f"{step.path}/{weight.role}" if weight.role else step.path
        met = activation_of(steps, index)
        try:
            chosen = self._chosen(parameter_id, step, weight, met)
        except Unfit as unfit:
            self.mistakes.add(step.place.of(weight.word), f"{parameter_id}: {unfit}")
            return None
        dtype = weight.dtype or getattr(step.layer, "dtype", None) or self.dtype
        try:
            self._check_size(weight, parameter_id)
            choice = choose(
                chosen.init, weight, met.activation, self.spec.defaults.distribution, DTYPES[dtype]
            )
        except Unfit as unfit:
            shown = parameter_id if len(parameter_id) <= LONGEST_NAME else f"{parameter_id[:40]}..."
            self.mistakes.add(chosen.spot, f"{shown}: {unfit}")
            return None
        if chosen.automatic and chosen.init == RELU_BIAS and RELU_NOTE not in self.notes:
            self.notes.append(RELU_NOTE)
        return Parameter(
            id=parameter_id,
            path=step.path,
            role=weight.role,
            type=step.layer.type,
            shape=weight.shape,
            dtype=dtype,
            fan_in=weight.fan_in,
            fan_out=weight.fan_out,
            scheme=choice.scheme,
            formula=choice.formula,
            distribution=choice.distribution,
            mean=choice.mean,
            std=choice.std,
            why=chosen.why,
            key=stream.key(self.seed, parameter_id),
            zeroed=weight.zeroed,
        )

    def _chosen(self, parameter_id: str, step: Step, weight: Weight, met: Met) -> _Chosen:
        """Return the scheme: a rule's, else the layer's own, else the defaults', else the automatic one."""
        spot = step.place.of(weight.word)
        if not weight.word:
            self.rules.buffers.append(parameter_id)
            return _Chosen(weight.auto or ZEROS, "buffer", spot)
        candidates = []
        rule = self.rules.pick(parameter_id, step, weight)
        if rule is not None:
            candidates.append(
                (self.spec.rules[rule].init, f"rules[{rule}]", self.spec.rules[rule].place.of("init"))
            )
        own = getattr(step.layer, weight.word, None)
        if own is not None:
            candidates.append((own, "layer", spot))
        if weight.role in COVERED:
            candidates.append((getattr(self.spec.defaults, COVERED[weight.role]), "defaults", spot))
        if not candidates or candidates[0][0].scheme == "auto":
            given = candidates[0][0] if candidates else Init("auto")
            spot = candidates[0][2] if candidates else spot
            return self._automatic(given, step, weight, met, spot)
        return _Chosen(*candidates[0])

    def _automatic(self, given: Init, step: Step, weight: Weight, met: Met, spot: Spot) -> _Chosen:
        """Return what ``auto`` means for this parameter; ``given`` may hold a distribution or a gain."""
        if weight.auto is not None:
            return _Chosen(_with_words(weight.auto, given), "auto", spot, automatic=True)
        if not weight.role:
            raise Unfit("auto has nothing to go by here; name a scheme, such as {scheme: normal, std: 0.02}")
        via = f" at {met.at}" if met.at and met.at != step.path else ""
        why = f"auto: {met.activation}{via}"
        if weight.word == "init":
            return _Chosen(given, why, spot, automatic=True)
        if met.activation.name == "relu" and not met.behind_norm:
            return _Chosen(_with_words(RELU_BIAS, given), why, spot, automatic=True)
        why = f"{why}, behind a norm" if met.behind_norm else why
        return _Chosen(_with_words(ZEROS, given), why, spot, automatic=True)

    def _check_words(self, step: Step, weights: list[Weight]) -> None:
        """Note a word of the layer that says how to draw what the layer does not have."""
        if not step.fits or (step.incoming is not None and step.incoming.shape is None):
            return
        for word, what in (("init", "a kernel or a scale"), ("bias_init", "a bias or a shift")):
            if getattr(step.layer, word, None) is not None and word not in [w.word for w in weights]:
                message = f"this {step.layer.type} does not have {what}; leave {word} out"
                self.mistakes.add(step.place.of(word), message)

    def _check_size(self, weight: Weight, parameter_id: str) -> None:
        count = math.prod(weight.shape)
        if count > MOST_ELEMENTS:
            raise Unfit(f"{count:.3g} elements of shape {list(weight.shape)}; at most 2^50 can be written")
        if len(parameter_id.encode()) > LONGEST_NAME:
            raise Unfit(
                f"the id has {len(parameter_id.encode())} bytes; at most {LONGEST_NAME} can be stored"
            )

    def _check_names(self, ids: list[str], places: dict[str, Spot]) -> None:
        pair = clash(ids)
        if pair:
            first, second = pair
            message = f"the parameters '{first}' and '{second}' cannot stand in one file; rename one"
            self.mistakes.add(places.get(second, Spot(0, 0, "")), message)


def _with_words(auto: Init, given: Init) -> Init:
    """Return what ``auto`` means, with the words that stand beside it; a constant takes none."""
    words = {word: value for word, value in given._asdict().items() if word != "scheme" and value is not None}
    if words and not SCHEMES[auto.scheme].mode:
        raise Unfit(
            f"{' and '.join(words)} goes with a scheme that follows the fans; auto is {auto.scheme} here"
        )
    return auto._replace(**words)
