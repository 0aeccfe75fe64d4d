"""The tensors of an ``nnx.Module`` of Flax, by the paths of its variables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from winitgen.errors import Mistake, SpecError
from winitgen.importing.found import FoundTensor, TracedModel
from winitgen.importing.trace.formulas import schemes
from winitgen.importing.trace.independence import meeting
from winitgen.importing.trace.initializers import fans_of
from winitgen.importing.trace.measured import MeasuredLaw, measured
from winitgen.importing.trace.refusals import NO_LAW, NO_VARIABLES, SHARED
from winitgen.importing.trace.target import takes
from winitgen.numeric.arrays import Array

NEAR = 0.01
"""Relative error up to which a measured standard deviation is that of a formula."""

MOST_BUILDS = 16


def tensors_of(build: Any, kwargs: Mapping[str, Any], file: str) -> TracedModel | Any:
    """Return the tensors of the module that ``build`` returns, or what it returns if that is no ``nnx.Module``.

    ``rngs`` are supplied where ``build`` takes them. A tensor's name is its path with dots. The module is built
    with several seeds, and each tensor measured. Raises what ``build`` raises, and `SpecError` for a module without
    variables, or variables whose law cannot be said.
    """
    from flax import nnx

    first = _built(build, kwargs, 0)
    if not isinstance(first, nnx.Module):
        return first
    values = _values(first)
    if not values:
        raise SpecError([Mistake(file, 0, 0, "", NO_VARIABLES)])
    builds = _Builds(build, kwargs)
    found, mistakes, random = [], [], []
    for name, value in values.items():
        law = measured(builds.of(name), _step(value))
        if law is None:
            mistakes.append(Mistake(file, 0, 0, name, NO_LAW))
        else:
            found.append(_tensor(name, value, law))
            random += [name] if law.random else []
    owners = builds.owners(random)
    mistakes += [
        Mistake(file, 0, 0, name, SHARED.format(name=owner)) for name, owner in owners.of_parts.items()
    ]
    if mistakes:
        raise SpecError(mistakes)
    return TracedModel([tensor._replace(tied_to=owners.of_copies.get(tensor.name)) for tensor in found], [])


def _built(build: Any, kwargs: Mapping[str, Any], seed: int) -> Any:
    from flax import nnx

    rngs = {} if "rngs" in kwargs or "rngs" not in (takes(build) or {}) else {"rngs": nnx.Rngs(seed)}
    return build(**kwargs, **rngs)


def _values(module: Any) -> dict[str, Any]:
    """Return the arrays of a module by their paths, without the states of its random streams."""
    from flax import nnx

    state = nnx.state(module, nnx.Not(nnx.RngState))
    return {".".join(map(str, path)): variable.get_value() for path, variable in nnx.to_flat_state(state)}


class _Builds:
    """The same module, built with one seed after another, each once."""

    def __init__(self, build: Any, kwargs: Mapping[str, Any]) -> None:
        self.build, self.kwargs = build, kwargs
        self.made: list[dict[str, Any]] = []

    def of(self, name: str) -> Iterator[Array]:
        """Yield the values of one tensor for each seed; the first ones again after the last."""
        for seed in range(1, MOST_BUILDS + 1):
            if len(self.made) < seed:
                self.made.append(_values(_built(self.build, self.kwargs, seed)))
            yield np.asarray(self.made[seed - 1][name], np.float64)

    def owners(self, names: list[str]) -> _Owners:
        """Return which of some random tensors have the values of another one before them."""
        found = _Owners({}, {})
        met = meeting(list(draws) for draws in zip(*map(self.of, names), strict=True))
        for place, before in sorted(met.items()):
            name, other = names[place], names[before]
            first, last = self.made[0], self.made[-1]
            same = all(
                made[name].dtype == made[other].dtype and np.array_equal(made[name], made[other])
                for made in (first, last)
            )
            (found.of_copies if same else found.of_parts)[name] = found.of_copies.get(other, other)
        return found


class _Owners(NamedTuple):
    """The tensors whose values others have: as copies, and in any other way."""

    of_copies: dict[str, str]
    of_parts: dict[str, str]


def _step(value: Any) -> float:
    import jax.numpy as jnp

    return float(jnp.finfo(value.dtype).eps) if jnp.issubdtype(value.dtype, jnp.floating) else 0.0


def _tensor(name: str, value: Any, law: MeasuredLaw) -> FoundTensor:
    """Return a tensor with its law, by the name of a formula where the measured number is that of one."""
    shape, dtype = tuple(map(int, value.shape)), str(value.dtype)
    init = law.init
    if isinstance(init, Mapping) and len(shape) > 1 and init["scheme"] in KINDS and "mean" not in init:
        std = init["std"] if "std" in init else (init["high"] - init["low"]) / math.sqrt(12)
        fans = fans_of(shape)
        near = [(abs(std / wanted - 1), scheme) for scheme, wanted in schemes(*fans)]
        error, scheme = min(near)
        if error < NEAR:
            evidence = f"{law.evidence}, {error:.1%} off"
            return FoundTensor(name, shape, dtype, f"{scheme}_{init['scheme']}", evidence, fans)
    return FoundTensor(name, shape, dtype, init, law.evidence)


KINDS = {"normal", "uniform", "truncated_normal"}
