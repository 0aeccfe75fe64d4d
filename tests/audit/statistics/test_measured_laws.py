"""The measured laws, number by number: what the libraries gave, and what follows from their steps by hand."""

from __future__ import annotations

import math

import ml_dtypes
import numpy as np
import pytest

from winitgen.audit.statistics.laws import Law
from winitgen.audit.statistics.measured import by_jax, by_mlx, by_pytorch, by_tensorflow, rare
from winitgen.audit.statistics.measured.fitting import explanations
from winitgen.audit.statistics.measured.masses import Masses
from winitgen.audit.statistics.measured.rare import Rare
from winitgen.audit.statistics.measured.table import LAWS
from winitgen.audit.statistics.sample import Sample

BF16, F16, F32 = np.dtype(ml_dtypes.bfloat16), np.dtype(np.float16), np.dtype(np.float32)

UNIT = Law("uniform", 0.5, 0.5, -1.0, 1.0)
CUT = Law("truncated_normal", 0.0, 1.0, -2.0, 2.0)
LECUN = Law("truncated_normal", 0.0, 1024**-0.5 / 0.8796256610342398, -2.0, 2.0)
GLOROT = Law("uniform", 0.0, (3 / 1024) ** 0.5, -1.0, 1.0)

GIVEN = {
    "normal": (by_jax.normal, Law("normal"), [-2.890625, -2.328125, -2.109375], [2.015625, 2.203125, 2.515625]),
    "truncated": (by_jax.truncated, CUT, [-1.9921875, -1.8671875, -1.7578125], [1.6796875, 1.7578125, 1.8671875]),
    "lecun": (by_jax.truncated, LECUN, [-0.07080078125, -0.06640625, -0.0625], [0.059814453125, 0.0625, 0.06640625]),
    "glorot": (by_jax.uniform, GLOROT, [-0.05419921875, -0.053466796875, -0.052490234375], [0.0517578125, 0.052490234375, 0.053466796875]),
}  # fmt: skip
"""The three smallest and largest numbers that jax 0.10.2 gave in bfloat16."""


@pytest.mark.parametrize("name", GIVEN)
def test_jax(name: str) -> None:
    """128 numbers, equally likely, of which the ends are those that JAX gave."""
    draw, planned, low, high = GIVEN[name]

    fitting = [
        law
        for law in draw(planned, BF16)
        if [*law.numbers[:3].tolist(), *law.numbers[-3:].tolist()] == [*low, *high]
    ]

    (law,) = fitting[:1]
    assert ([1 / 128] * 128, 128) == (law.shares.tolist(), law.numbers.size)


def test_pytorch() -> None:
    """A number that is rounded to the upper end, which 1 in 512 is in bfloat16, is the lower end."""
    (law,) = by_pytorch.uniform(UNIT, BF16)
    assert (0.0, 255 / 256) == (law.numbers[0], law.numbers[-1])
    assert pytest.approx(2**-9) == law.shares[0]
    (cut,) = by_pytorch.truncated(Law("truncated_normal", 0.0, 0.02, -2.0, 2.0), BF16)
    assert (-0.0400390625, 0.0400390625) == (cut.numbers[0], cut.numbers[-1])  # 41 / 1024


def test_timm() -> None:
    """What is rounded to the lower end of the uniform draw is -2, whatever the deviation."""
    for dtype, share in ((BF16, 2**-9), (F16, 2**-12)):
        (law,) = by_pytorch.timm_normal(Law("normal", 0.0, 0.02), dtype)
        assert (-2.0, pytest.approx(share, rel=1e-3)) == (law.numbers[0], law.shares[0])
    assert 2.88 < law.numbers[-1] / 0.02 < 3.5  # of float16; the next to 1 is 1 - 2^-11
    (wide,) = rare.timm_lump(Law("normal", 0.0, 0.02), F32)
    assert (2**-24, -2.0) == (wide.share, wide.lump)
    assert [] == list(rare.timm_lump(Law("normal", 0.0, 0.5), F32))  # -2 is no lump there


def test_keras_on_pytorch() -> None:
    """The chance that four normals lie beyond the cut; a draw in [0, 1) whose numbers are 345 after two roundings."""
    (leak,) = rare.keras_leak(CUT, F32)
    assert pytest.approx(0.04550026389635842**4) == leak.share
    (law,) = by_pytorch.keras_truncated(CUT, BF16)
    beyond = law.shares[np.abs(law.numbers) >= 2].sum()
    tail = math.erfc((2 - 1 / 256) / math.sqrt(2))  # half a number below 2 is rounded to it
    assert pytest.approx(tail**4, rel=1e-6) == beyond
    (uniform,) = by_pytorch.keras_uniform(Law("uniform", 0.0, (3 / 2048) ** 0.5, -1.0, 1.0), BF16)
    assert 345 == np.count_nonzero(uniform.shares)
    assert [] == list(by_pytorch.keras_truncated(Law("truncated_normal", 0.0, 1.0, -3.0, 3.0), BF16))


def test_mlx() -> None:
    """The counts of numbers and the shares at the upper ends that mlx 0.32.4 gave."""
    (unit,) = by_mlx.uniform(UNIT, BF16)
    assert (255 / 256, 3 / 512) == (unit.numbers[-1], pytest.approx(unit.shares[-1]))
    (both,) = by_mlx.uniform(Law("uniform", 0.0, 1.0, -1.0, 1.0), BF16)
    assert 384 == both.numbers.size
    (cut,) = by_mlx.truncated(CUT, BF16)
    assert (367, -1.9921875, 1.921875) == (cut.numbers.size, cut.numbers[0], cut.numbers[-1])
    (normal,) = by_mlx.normal(Law("normal", 0.0, 0.07), BF16)
    assert 0.0986328125 / math.sqrt(2) == pytest.approx(std_of(normal), rel=1e-4)


def test_tensorflow() -> None:
    """A standard normal is multiplied by the bfloat16 number that is nearest to 0.05."""
    (law,) = by_tensorflow.scaled(Law("normal", 0.0, 0.05), BF16)

    assert 0.050048828125 == pytest.approx(std_of(law), rel=3e-4)  # the rounding of the values adds a little


def std_of(law: Masses) -> float:
    """Return the standard deviation of a law with the mean 0."""
    return math.sqrt(float((law.shares * law.numbers**2).sum()))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: f"{law.library} {law.formats[0]} {law.kinds[0]}")
def test_every_law_is_one(law) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Its probabilities sum to 1, and those of a wide format have the mean and the spread of the plan."""
    planned = {"normal": Law("normal", 0.0, 0.02), "uniform": GLOROT, "truncated_normal": LECUN}
    for kind in law.kinds:
        for name in law.formats:
            dtype = np.dtype(getattr(ml_dtypes, name, None) or name)
            found = list(law.draw(planned[kind], dtype))
            for drawn in found:
                shares = drawn.nodes()[1] if isinstance(drawn, Rare) else drawn.shares
                assert pytest.approx(1.0) == shares.sum()
                if isinstance(drawn, Rare):
                    below = drawn.cdf(np.array([-9.0, 0.0, 9.0]))
                    assert [0.0, pytest.approx(0.5, abs=1e-6), 1.0] == below.tolist()


def test_far_values_of_a_sample() -> None:
    """Those beyond 8 standard deviations are counted, of small samples and of large ones, and the farthest other one is known."""
    for size in (1000, 100_000):
        values = np.random.default_rng(1).standard_normal(size).clip(-4, 4).astype(np.float32) * 2
        values[:4] = -20.0, 17.0, -16.5, 13.0
        sample = Sample(Law("normal", 0.0, 2.0), F32, size)
        sample.see(values)

        assert (2, 1, pytest.approx(13.0, abs=0.001)) == sample.far()


@pytest.mark.parametrize("dtype", [BF16, F16, F32], ids=str)
@pytest.mark.parametrize("scale", [1e-320, 1e-45, 1e-8, 6e4, 3e38, 1e300])
def test_a_law_at_the_ends_of_a_format(scale: float, dtype: np.dtype) -> None:
    """What cannot be computed there is no law of a library."""
    for planned in (
        Law("normal", 1e4, scale),
        Law("uniform", 0.0, scale, -1.0, 1.0),
        Law("truncated_normal", -1e4, scale, -2.0, 2.0),
        Law("truncated_normal", 0.0, scale, -math.inf, -3.0),
        Law("truncated_normal", 0.0, scale, 3.0, 3.1),
    ):
        with np.errstate(all="ignore"):
            sample = Sample(planned, dtype, 200)
            sample.see(np.linspace(-1.0, 1.0, 200).astype(dtype))

            assert [] == explanations(sample, 1e-7)
