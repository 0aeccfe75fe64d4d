"""Planted mistakes that the checks of this folder must find: a test that cannot fail is not a test."""

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest
from scipy import stats

import winitgen
import winitgen.drawing.draw
from winitgen.catalog import activations
from winitgen.catalog.layers.dense import Dense
from winitgen.drawing import keystream, truncation
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.planning import build

HE = stats.norm(scale=(2 / 800) ** 0.5)
HE_UNIFORM = stats.uniform(-((6 / 800) ** 0.5), 2 * (6 / 800) ** 0.5)
HE_TRUNCATED = stats.truncnorm(-2, 2, scale=(2 / 800) ** 0.5 / stats.truncnorm(-2, 2).std())


def swap_fans(patch: pytest.MonkeyPatch) -> None:
    """Swap the fans of a dense layer."""
    weights = Dense.weights
    patch.setattr(
        Dense,
        "weights",
        lambda self, incoming: [
            weight._replace(fan_in=weight.fan_out, fan_out=weight.fan_in)
            for weight in weights(self, incoming)
        ],
    )


def widen(patch: pytest.MonkeyPatch) -> None:
    """Scale every value by 1.01."""
    change_values(patch, lambda values: values * np.float32(1.01))


def move(patch: pytest.MonkeyPatch) -> None:
    """Add a hundredth of the standard deviation to every value."""
    change_values(patch, lambda values: values + np.float32(0.01 * (2 / 800) ** 0.5))


def drop_signs(patch: pytest.MonkeyPatch) -> None:
    """Clear the highest bit of every word."""
    change_words(patch, lambda words: words & 0x7FFFFFFF)


def use_words_twice(patch: pytest.MonkeyPatch) -> None:
    """Give every second element the word of the one before."""
    change_words(patch, lambda words: words[::2].repeat(2)[: words.size])


def forget_correction(patch: pytest.MonkeyPatch) -> None:
    """Do not correct the standard deviation of a truncated normal."""
    patch.setattr(truncation, "tau", lambda k: 1.0)


def forget_cut(patch: pytest.MonkeyPatch) -> None:
    """Draw a truncated normal as a plain one."""
    patch.setattr(
        TruncatedNormal,
        "sampler",
        lambda cut, dtype, count: Normal(cut.std, cut.mean).sampler(dtype, count),
    )


def take_another_gain(patch: pytest.MonkeyPatch) -> None:
    """Give relu PyTorch's gain of tanh."""
    row = activations.ACTIVATIONS["relu"]
    patch.setitem(
        activations.ACTIVATIONS, "relu", msgspec.structs.replace(row, gains=row.gains._replace(forward=5 / 3))
    )


def change_values(patch: pytest.MonkeyPatch, change: Callable[[Any], Any]) -> None:
    """Change every block of values that is drawn."""
    draw = winitgen.drawing.draw.draw
    patch.setattr(winitgen.drawing.draw, "draw", lambda *arguments: change(draw(*arguments)))


def change_words(patch: pytest.MonkeyPatch, change: Callable[[Any], Any]) -> None:
    """Change every block of random words."""
    words = keystream.words

    def changed(key: bytes, start: int, out: Any) -> None:
        words(key, start, out)
        found = np.frombuffer(out, "<u4")
        found[:] = change(found)

    patch.setattr(keystream, "words", changed)


# Each mutant, a scheme that exposes it, and the expected distribution.
MUTANTS = {
    "fans swapped": (swap_fans, "he_normal", HE),
    "fans swapped, uniform": (swap_fans, "he_uniform", HE_UNIFORM),
    "one per cent too wide": (widen, "he_normal", HE),
    "one per cent too wide, uniform": (widen, "he_uniform", HE_UNIFORM),
    "a hundredth off centre": (move, "he_normal", HE),
    "sign bit dropped": (drop_signs, "he_normal", HE),
    "sign bit dropped, uniform": (drop_signs, "he_uniform", HE_UNIFORM),
    "every word used twice": (use_words_twice, "he_normal", HE),
    "truncation not corrected": (forget_correction, "he_truncated_normal", HE_TRUNCATED),
    "not truncated": (forget_cut, "he_truncated_normal", HE_TRUNCATED),
    "a gain of 5/3": (take_another_gain, "auto", HE),
}


@pytest.fixture(autouse=True)
def no_sampler_is_kept() -> Any:
    """Clear the samplers made before a mutant was planted, and those made with it."""
    winitgen.drawing.draw._sampler.cache_clear()
    yield
    winitgen.drawing.draw._sampler.cache_clear()


@pytest.mark.parametrize("name", MUTANTS)
def test_found(
    name: str, kernel: Callable[..., Any], complaints: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checks pass without the mistake, and find it once it is planted."""
    plant, scheme, expected = MUTANTS[name]
    before = complaints(kernel(init=scheme, activation="relu"), expected)
    plant(monkeypatch)
    winitgen.drawing.draw._sampler.cache_clear()

    assert [] == before
    assert [] != complaints(kernel(init=scheme, activation="relu"), expected)


@pytest.mark.parametrize("dtype", ["bfloat16", "float8_e4m3fn", "float8_e5m2"])
def test_rounding_towards_zero_is_found(
    dtype: str, kernel: Callable[..., Any], narrow_complaints: Callable[..., Any]
) -> None:
    """Values that were rounded towards zero do not match the distribution rounded to nearest.

    The steps of float16 are too fine to show this in a million draws; there the comparison with float32 finds
    it.
    """
    wide, rounded = kernel(init="he_normal"), kernel(dtype, init="he_normal")
    beyond = np.abs(rounded.astype(np.float32)) > np.abs(wide)
    lower = (rounded.view(f"u{rounded.itemsize}") - beyond).astype(f"u{rounded.itemsize}").view(rounded.dtype)

    assert [] == narrow_complaints(rounded, HE, dtype)
    assert [] != narrow_complaints(lower, HE, dtype)


def two_layers() -> tuple[np.ndarray, np.ndarray]:
    """Return two kernels of one model, of the same shape."""
    layer = {"type": "dense", "units": 1200, "init": "he_normal"}
    spec = {"input": 1200, "layers": [{"name": name, **layer} for name in ("a", "b")]}
    found = winitgen.generate(spec)
    return found["a.weight"], found["b.weight"]


def test_layers_are_independent(correlation: Callable[..., float]) -> None:
    """Two layers of one model have nothing to do with each other."""
    assert abs(correlation(*two_layers())) < 4


def test_seeds_are_independent(kernel: Callable[..., Any], correlation: Callable[..., float]) -> None:
    """Nor has one layer, drawn from two seeds."""
    assert abs(correlation(kernel(seed=0), kernel(seed=1))) < 4


def test_a_shared_key_is_found(correlation: Callable[..., float], monkeypatch: pytest.MonkeyPatch) -> None:
    """Two layers with one key are found by their correlation."""
    key = keystream.key
    monkeypatch.setattr(build.keystream, "key", lambda seed, parameter_id: key(seed, "any"))

    assert abs(correlation(*two_layers())) > 4


def test_a_seed_without_effect_is_found(
    kernel: Callable[..., Any], correlation: Callable[..., float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So is a seed that changes nothing."""
    key = keystream.key
    monkeypatch.setattr(build.keystream, "key", lambda seed, parameter_id: key(0, parameter_id))

    assert abs(correlation(kernel(seed=0), kernel(seed=1))) > 4
