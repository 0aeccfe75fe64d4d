"""Planted mistakes, each in the product itself, and the parts of the certificate that must find it.

A mutant patches winitgen from outside. None is so coarse that any test would do: each stands for a mistake
that draws plausible numbers, and a few change one number in a thousand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.certificate import answers, cases, positions, tensors
from tests.certificate.cells import numpy_type
from winitgen.catalog.layers.dense import Dense
from winitgen.drawing import keystream, truncation
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.drawing.whole.sparse import Sparse

Patch = pytest.MonkeyPatch


class Mutant(NamedTuple):
    """A function that plants a mistake, and the part of the certificate that must find it."""

    plant: Callable[[Patch], None]
    part: str


def change_values(patch: Patch, change: Callable[[Any], Any]) -> None:
    """Change every drawn block of values, in its own number format."""
    draw = cases.draw
    patch.setattr(cases, "draw", lambda *arguments: change(draw(*arguments)))


def change_words(patch: Patch, change: Callable[[Any], Any], kind: str = "<u4") -> None:
    """Change every run of random words."""
    words = keystream.words

    def changed(key: bytes, start: int, out: Any) -> None:
        words(key, start, out)
        found = np.frombuffer(out, kind)
        found[:] = change(found)

    patch.setattr(keystream, "words", changed)


def widened(factor: float) -> Callable[[Patch], None]:
    """Return a mutant that multiplies the standard deviation of every normal; those that are truncated keep their ends."""
    normal, cut = Normal.sampler, TruncatedNormal.sampler

    def wide(law: Normal, dtype: Any, count: int) -> Any:
        return normal(law._replace(std=law.std * factor), dtype, count)

    def wide_within(law: TruncatedNormal, dtype: Any, count: int) -> Any:
        return cut(law._replace(std=law.std * factor, bound=law.bound / factor), dtype, count)

    def plant(patch: Patch) -> None:
        patch.setattr(Normal, "sampler", wide)
        patch.setattr(TruncatedNormal, "sampler", wide_within)

    return plant


def swap_fans(patch: Patch) -> None:
    """Swap a dense layer's inputs and outputs."""
    weights = Dense.weights

    def swapped(self: Dense, incoming: Any) -> list[Any]:
        found = weights(self, incoming)
        return [weight._replace(fan_in=weight.fan_out, fan_out=weight.fan_in) for weight in found]

    patch.setattr(Dense, "weights", swapped)


def reuse_sign(patch: Patch) -> None:
    """Take the sign from the highest bit of the magnitude, so that this bit is used twice."""
    change_words(patch, lambda words: words & 0x7FFFFFFF | (words & 0x40000000) << 1)


def share_sign(patch: Patch) -> None:
    """Give two neighbours the sign bit of the first."""

    def changed(words: Any) -> Any:
        signs = words & np.uint32(0x80000000)
        return words & np.uint32(0x7FFFFFFF) | signs[::2].repeat(2)[: words.size]

    change_words(patch, changed)


def share_size(patch: Patch) -> None:
    """Give two neighbours the magnitude of the first, and each a sign of its own."""

    def changed(words: Any) -> Any:
        sizes = words & np.uint32(0x7FFFFFFF)
        return words & np.uint32(0x80000000) | sizes[::2].repeat(2)[: words.size]

    change_words(patch, changed)


def share_key(patch: Patch) -> None:
    """Give every parameter of a seed the same key."""
    key = keystream.key
    patch.setattr(keystream, "key", lambda seed, parameter_id, purpose="": key(seed, "", purpose))


def forget_purpose(patch: Patch) -> None:
    """Choose the positions of a sparse kernel by the words of its values."""
    key = keystream.key
    patch.setattr(keystream, "key", lambda seed, parameter_id, purpose="": key(seed, parameter_id))


def cut_seed(patch: Patch) -> None:
    """Use the last 32 bits of the seed only."""
    key = keystream.key
    patch.setattr(keystream, "key", lambda seed, *words: key(seed % 2**32, *words))


def begin_again(patch: Patch) -> None:
    """Restart the key stream after 2^20 bytes."""
    words = keystream.words
    patch.setattr(keystream, "words", lambda key, start, out: words(key, start % (1 << 20), out))


def count_from_one(patch: Patch) -> None:
    """Start the counter of the key stream at one."""
    words = keystream.words
    patch.setattr(keystream, "words", lambda key, start, out: words(key, start + 16, out))


def forget_correction(patch: Patch) -> None:
    """Do not correct the standard deviation of a truncated normal for the cut."""
    interval = truncation.interval
    patch.setattr(truncation, "tau", lambda k: 1.0)
    patch.setattr(truncation, "interval", lambda low, high: interval(low, high)._replace(std=1.0))


def forget_cut(patch: Patch) -> None:
    """Draw a plain normal for a truncated one."""
    patch.setattr(
        TruncatedNormal,
        "sampler",
        lambda cut, dtype, count: Normal(cut.std, cut.mean).sampler(dtype, count),
    )


def clip_tails(patch: Patch) -> None:
    """Cut the normal off at 3.5 standard deviations: one draw of 2,150."""
    limit = np.float32(3.5 * (2 / cases.FAN_IN) ** 0.5)
    change_values(patch, lambda values: np.clip(values, -limit, limit))


def draw_uniform(patch: Patch) -> None:
    """Draw a uniform of the same standard deviation for a normal."""
    patch.setattr(
        Normal,
        "sampler",
        lambda normal, dtype, count: Uniform(
            normal.mean - 3**0.5 * normal.std, normal.mean + 3**0.5 * normal.std
        ).sampler(dtype, count),
    )


def round_down(patch: Patch) -> None:
    """Round to bfloat16 by truncation."""
    draw = cases.draw

    def changed(parameter: Any, *arguments: Any) -> Any:
        wide = draw(parameter._replace(dtype="float32"), *arguments)
        return (wide.view(np.uint32) >> 16).astype(np.uint16).view(numpy_type("bfloat16"))

    patch.setattr(cases, "draw", changed)


def same_positions(patch: Patch) -> None:
    """Choose the same positions in every second row as in the row before."""
    chosen = Sparse._chosen

    def changed(self: Sparse, words: Any) -> Any:
        found = chosen(self, words)
        found[1::2] = found[: found.shape[0] // 2 * 2 : 2]
        return found

    patch.setattr(Sparse, "_chosen", changed)


MUTANTS: dict[str, Mutant] = {
    "std one per cent too large": Mutant(widened(1.01), "he_normal float32"),
    "std one per cent too large, float8": Mutant(widened(1.01), "he_normal float8_e4m3fn"),
    "std half a per cent too small, float64": Mutant(widened(0.995), "lecun_normal float64"),
    "mean a hundredth off": Mutant(
        lambda patch: change_values(patch, lambda values: values + np.float32(0.01 * (2 / 8000) ** 0.5)),
        "he_normal float32",
    ),
    "fans swapped": Mutant(swap_fans, "he_normal float32"),
    "fans swapped, fan-out": Mutant(swap_fans, "he_fan_out float16"),
    "sign bit reused": Mutant(reuse_sign, "he_normal float32"),
    "sign bit shared by neighbours": Mutant(share_sign, "he_normal float32"),
    "magnitude shared by neighbours": Mutant(share_size, "xavier_uniform bfloat16"),
    "sign bit lost": Mutant(
        lambda patch: change_words(patch, lambda words: words & 0x7FFFFFFF), "xavier_uniform float8_e5m2"
    ),
    "16 bits of a word used": Mutant(
        lambda patch: change_words(patch, lambda words: words & 0xFFFF0000), "xavier_uniform float32"
    ),
    "key shared": Mutant(share_key, tensors.NAME),
    "purpose not in the key": Mutant(forget_purpose, tensors.NAME),
    "seed cut to 32 bits": Mutant(cut_seed, tensors.NAME),
    "stream begins again": Mutant(begin_again, "he_normal float32"),
    "counter from one": Mutant(count_from_one, answers.NAME),
    "truncation uncorrected": Mutant(forget_correction, "he_truncated float32"),
    "truncation uncorrected, asymmetric": Mutant(forget_correction, "truncated_asymmetric float64"),
    "truncation corrected unasked": Mutant(widened(1 / truncation.tau(2.0)), "truncated_uncorrected float16"),
    "not truncated": Mutant(forget_cut, "he_truncated float8_e4m3fnuz"),
    "normal cut at 3.5 std": Mutant(clip_tails, "he_normal float32"),
    "uniform for normal": Mutant(draw_uniform, "he_normal float8_e5m2fnuz"),
    "rounded toward zero": Mutant(round_down, "he_normal bfloat16"),
    "gain of gelu that of relu": Mutant(
        lambda patch: change_values(patch, lambda values: values * (2**0.5 / 1.5335304)), "auto_gelu float64"
    ),
    "positions repeated": Mutant(same_positions, positions.NAME),
}
