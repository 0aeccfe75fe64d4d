"""The recorded hashes are right, and not only reproducible: a second implementation gives the same.

Neither winitgen's plan nor its drawing takes part: fans and standard deviations are written out here from
the papers' formulas, values come from ``reference.py``, and what is compared with is the recorded table.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.portable import distributions, reference
from tests.portable.models import DTYPES, EDGES
from tests.portable.record import recorded
from winitgen.drawing.distributions.constant import Constant
from winitgen.drawing.distributions.distribution import Distribution
from winitgen.drawing.distributions.integers import Integers
from winitgen.drawing.distributions.interval_normal import IntervalNormal
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.distributions.truncated_normal import TruncatedNormal
from winitgen.drawing.distributions.uniform import Uniform

NAN = math.nan  # stands for constants that the reference computes by itself

# Elements, fan_in and fan_out. An output of a transposed convolution with strides of 2 x 2 sees a quarter
# of the kernel positions on average; an input reaches all of them.
BY_FANS = {
    "dense/kernel": (5 * 7, 7, 5),
    "conv1d/kernel": (6 * 2 * 3, 2 * 3, 3 * 3),
    "conv2d/kernel": (4 * 3 * 6, 3 * 6, 4 * 6),
    "conv3d/kernel": (3 * 2 * 6, 2 * 6, 3 * 6),
    "transposed/kernel": (3 * 4 * 4, 3 * 4 / 4, 4 * 4),
    "depthwise/kernel": (6 * 9, 9, 2 * 9),
    "scalar": (1, 3, 5),
    "vector": (13, 13, 2),
}
ANY = {
    "dense/kernel": 5 * 7,
    "wide/kernel": 33 * 5,
    "conv2d/kernel": 4 * 3 * 6,
    "embedding/embeddings": 11 * 6,
    "scalar": 1,
    "vector": 13,
}

# One more layer, with a number of inputs for which the power 0.5 is not exactly the square root.
AWKWARD = {"he": 669, "he_normal": 669, "lecun": 723, "lecun_normal": 723, "he_uniform": 730}

# The variance is one number over another.
VARIANCE = {
    "lecun": lambda fan_in, _: (1, fan_in),
    "xavier": lambda fan_in, fan_out: (1, (fan_in + fan_out) / 2),
    "he": lambda fan_in, _: (2, fan_in),
}


def symmetric(limit: float) -> Distribution:
    """Return the uniform distribution on +-limit."""
    return Uniform(-limit, limit)


def cut(std: float, bound: float = 2.0, mean: float = 0.0) -> Distribution:
    """Return the normal cut at +-bound, with this standard deviation before the cut."""
    return TruncatedNormal(std, bound, NAN, NAN, mean)


def pair(std: float, low: float, high: float, mean: float = 0.0) -> Distribution:
    """Return the normal cut at two bounds, with this standard deviation before the cut."""
    return IntervalNormal(std, low, high, NAN, NAN, mean)


SHAPED: dict[str, Callable[[float, float], Distribution]] = {
    "": lambda scale, fan: Normal(math.sqrt(scale / fan)),
    "_normal": lambda scale, fan: Normal(math.sqrt(scale / fan)),
    "_uniform": lambda scale, fan: symmetric(math.sqrt(3 * scale / fan)),
    "_truncated_normal": lambda scale, fan: cut(math.sqrt(scale / fan) / reference.spread(-2, 2)),
}

FIXED: dict[str, Distribution] = {
    "zeros": Constant(0.0),
    "ones": Constant(1.0),
    "constant": Constant(0.3),
    "layer_scale": Constant(0.1),
    "normal": Normal(1.0),
    "normal-mean": Normal(0.02, -0.3),
    "uniform": Uniform(-0.3, 0.3),
    "uniform-uneven": Uniform(0.1, 0.7),
    "truncated_normal": cut(0.02 / reference.spread(-2, 2)),
    "truncated_normal-3": cut(1.0, 3.0, 0.5),
    "truncated_normal-pair": pair(0.3 / reference.spread(-1, 3), -1.0, 3.0),
    "trunc_normal": pair(1.0, -1.5 - 0.1, 2 - 0.1, 0.1),
    "scaled_residual": Normal(0.02 / math.sqrt(2 * 12)),
    "small_init": Normal(math.sqrt(2 / (5 * 7))),
    "integers": Integers(-3, 5),
    "wang_init": Normal(2 / (3 * math.sqrt(7))),
}


def parts(scheme: str) -> Iterator[tuple[str, int, Distribution]]:
    """Yield id, element count and distribution of each parameter drawn by a scheme."""
    family = scheme.split("_", maxsplit=1)[0]
    if scheme in FIXED:
        yield from ((f"{scheme}.{part}", count, FIXED[scheme]) for part, count in ANY.items())
        return
    awkward = {f"of{fan}/kernel": (fan, fan, 1) for name, fan in AWKWARD.items() if name == scheme}
    for part, (count, fan_in, fan_out) in {**BY_FANS, **awkward}.items():
        if scheme == "siren":
            spread = symmetric(math.sqrt(6 / fan_in) / 30)
        elif scheme == "siren-first":
            spread = symmetric(1 / fan_in)
        elif scheme == "variance_scaling":
            spread = Normal(math.sqrt(3 / fan_out))
        else:
            spread = SHAPED[scheme.removeprefix(family)](*VARIANCE[family](fan_in, fan_out))
        yield f"{scheme}.{part}", count, spread


@cache
def drawn(scheme: str, precision: str, seed: int) -> list[float]:
    """Return all values of a scheme, before they are rounded to a narrow format."""
    return [
        reference.value(distribution, precision, reference.key(seed, name), element)
        for name, count, distribution in parts(scheme)
        for element in range(count)
    ]


def digest(values: list[float], dtype: str) -> str:
    """Return the SHA-256 of the stored values."""
    return hashlib.sha256(b"".join(reference.stored(value, dtype) for value in values)).hexdigest()


def precision(dtype: str) -> str:
    """Return the drawing precision of a number format."""
    return "float64" if dtype == "float64" else "float32"


FANNED = [f"{family}{ending}" for family in VARIANCE for ending in SHAPED]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scheme", [*FANNED, "siren", "siren-first", "variance_scaling", *FIXED])
def test_recorded_values(scheme: str, dtype: str) -> None:
    """Every value of a scheme, in every number format, equals that of the second implementation."""
    assert recorded()[f"values/{scheme}/{dtype}/0"] == digest(drawn(scheme, precision(dtype), 0), dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("seed", EDGES[1:])
@pytest.mark.parametrize(
    "scheme", ["he", "xavier_uniform", "truncated_normal", "truncated_normal-pair", "integers"]
)
def test_recorded_seeds(scheme: str, seed: int, dtype: str) -> None:
    """So do the values for seeds around the limits of 32 and 64 bits."""
    assert recorded()[f"values/{scheme}/{dtype}/{seed}"] == digest(drawn(scheme, dtype, seed), dtype)


@pytest.mark.parametrize("seed", EDGES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_recorded_sparse(dtype: str, seed: int) -> None:
    """For each output, the three inputs with the smallest words get normals; the others are 0."""
    found = []
    for name, rows, columns in (("dense", 5, 7), ("wide", 33, 5)):
        parameter = f"sparse.{name}/kernel"
        normals, positions = reference.key(seed, parameter), reference.key(seed, parameter, "positions")
        for row in range(rows):
            run = range(row * columns, (row + 1) * columns)
            words = {
                element: int.from_bytes(reference.word(positions, 4, element), "little") for element in run
            }
            chosen = sorted(run, key=words.__getitem__)[:3]
            found += [
                reference.value(Normal(1.0), dtype, normals, element) if element in chosen else 0.0
                for element in run
            ]

    assert recorded()[f"values/sparse/{dtype}/{seed}"] == digest(found, dtype)


@pytest.mark.parametrize("name", ["integers", "integers of 32 bits", "integers of 54 bits"])
def test_whole_numbers(name: str) -> None:
    """Whole numbers in any range are those of the second implementation."""
    drawn = distributions.draw(distributions.DISTRIBUTIONS[name], "float64", 77, 999)

    assert [
        reference.value(distributions.DISTRIBUTIONS[name], "float64", distributions.KEY, element)
        for element in range(77, 77 + 999)
    ] == drawn.tolist()


def test_the_reference_sees_one_bit() -> None:
    """A value that differs in its last bit, or is not rounded to even, gives another hash."""
    values = drawn("he", "float32", 0)
    changed = [*values[:-1], math.nextafter(values[-1], 2)]

    assert digest(values, "float32") != digest([*values[:-1], values[-1] * (1 + 2**-23)], "float32")
    assert digest(values, "float64") != digest(changed, "float64")


@pytest.mark.parametrize(
    ("dtype", "number", "expected"),
    [
        ("bfloat16", 1.00390625, "803f"),  # halfway between 1 and the next: down to even
        ("bfloat16", 1.01171875, "823f"),  # halfway: up to even
        ("bfloat16", -3.0, "40c0"),
        ("float8_e4m3fn", 448.0, "7e"),
        ("float8_e4m3fn", 2.0**-9, "01"),
        ("float8_e4m3fn", 2.0**-10, "00"),
        ("float8_e4m3fn", 1.0625, "38"),
        ("float8_e4m3fn", 1.1875, "3a"),
        ("float8_e5m2", -57344.0, "fb"),
        ("float8_e5m2", 2.0**-16, "01"),
        ("float8_e4m3fnuz", 240.0, "7f"),
        ("float8_e4m3fnuz", -(2.0**-12), "00"),
        ("float8_e5m2fnuz", 1.0, "40"),
        ("float16", 2.0**-24, "0100"),
        ("float64", -1.0, "000000000000f0bf"),
    ],
)
def test_stored_numbers(dtype: str, number: float, expected: str) -> None:
    """The reference's own rounding gives the bit patterns of the formats' papers."""
    assert expected == reference.stored(number, dtype).hex()
