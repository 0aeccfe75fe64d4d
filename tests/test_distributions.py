import hashlib
import math
import struct
import subprocess
import sys

import mpmath
import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from winitgen import stream, truncation
from winitgen.distributions import Constant, ConstantMaps, IntervalNormal, Normal, TruncatedNormal, Uniform
from winitgen.workspace import Workspace

KEY = stream.key(20, "tests/kernel")
MANY = 1 << 40
ELEMENTS = (0, 1, 2, 3, 77, 1000, 123_457, 2**33 + 5)


def cut(k: float, std: float = 1.0, mean: float = 0.0) -> TruncatedNormal:
    """Return the normal cut to +-k."""
    return TruncatedNormal(std, k, *truncation.tails(k), mean)


def between(low: float, high: float, std: float = 1.0, mean: float = 0.0) -> IntervalNormal:
    """Return the normal cut to an interval."""
    interval = truncation.interval(low, high)
    return IntervalNormal(std, low, high, interval.lower, interval.upper, mean)


DISTRIBUTIONS = {
    "constant": Constant(0.01),
    "normal": Normal(0.02),
    "shifted normal": Normal(0.7, -3.1),
    "uniform": Uniform(-0.3, 0.3),
    "uneven uniform": Uniform(0.1, 0.7),
    "cut at 0.1": cut(0.1),
    "cut at 1": cut(1.0, 0.5),
    "cut at 2": cut(2.0, 0.02),
    "cut at 3": cut(3.0, 2.0, mean=1.5),
    "cut at 6.39": cut(6.39),
    "interval": between(-1.0, 3.0, 0.3, 0.25),
    "interval above": between(2.0, 4.0),
    "interval below": between(-4.0, -1.5, 0.1),
    "half-open interval": between(-0.5, math.inf, 0.1),
}


def draw(distribution, dtype: str, start: int, count: int, total: int = MANY) -> np.ndarray:  # noqa: ANN001
    """Return a copy of some elements."""
    return distribution.sampler(dtype, total)(KEY, start, count, Workspace()).copy()


# The slow way: Python's whole numbers and float64, rounded to float32 by struct, one element at a time.
# float64 products of float32 numbers are exact, and their sums, rounded twice, round as if once.


def narrow(number: float) -> float:
    """Round to float32."""
    return struct.unpack("<f", struct.pack("<f", number))[0]


ROUND = {"float32": narrow, "float64": float}


def slow_rank(dtype: str, element: int) -> float:
    """Return an element's rank, from its own block of AES alone."""
    size = 4 if dtype == "float32" else 8
    block, offset = divmod(size * element, 16)
    cipher = Cipher(algorithms.AES(KEY), modes.ECB())  # noqa: S305 - a counter block by itself
    word = cipher.encryptor().update(block.to_bytes(16, "big"))[offset : offset + size]
    number = int.from_bytes(word, "little", signed=True)
    return narrow(number) if size == 4 else float(number) / 2**32


def slow_line(rank: float) -> tuple[float, float]:
    """Return A and B of a rank's segment, by mpmath's own inverse of erf and numerical integration."""
    mantissa, exponent = math.frexp(abs(narrow(rank)))
    if mantissa == 0.5 and exponent == 32:
        mantissa, exponent = math.nextafter(1, 0), 31
    with mpmath.workdps(60):
        width = mpmath.mpf(2) ** (exponent - 10)
        low = math.floor(mantissa * 1024) * width
        far, near = (mpmath.sqrt(2) * mpmath.erfinv(1 - f / 2**31) for f in (low, low + width))
        first, second = (
            mpmath.quad(lambda z, n=n: z**n * mpmath.npdf(z), [near, far]) * 2**32 / width for n in (1, 2)
        )
        slope = -mpmath.sqrt(12 * (second - first**2)) / width
        return math.copysign(float(first - slope * (low + width / 2)), rank), float(slope)


def slow_quantile(rank: float, std: float, to: str) -> float:
    """Return std times the quantile of a rank, in a precision."""
    intercept, slope = (ROUND[to](std * number) for number in slow_line(rank))
    return ROUND[to](intercept + ROUND[to](slope * rank))


def slow_interval_rank(rank: float, found: IntervalNormal) -> float:
    """Return an interval's rank: counted in exact steps from the top or from the bottom."""
    whole = 2.0**32
    inside = (1 - found.upper) - found.lower if found.high <= 0 else (1 - found.lower) - found.upper
    from_top = found.low >= 0 or (rank >= 0 and found.high > 0)
    if from_top:
        rank = inside * (rank if rank >= 0 else rank + whole) + found.upper * whole
        return rank - whole if rank > whole / 2 else rank
    rank = inside * (rank if rank < 0 else rank - whole) - found.lower * whole
    return rank + whole if rank < -whole / 2 else rank


def slow(distribution, dtype: str, element: int) -> float:  # noqa: ANN001
    """Return one element."""
    to, rank = ROUND[dtype], slow_rank(dtype, element)
    match distribution:
        case Constant(value):
            return to(value)
        case Uniform(low, high) if low == -high:
            return to(rank * to(high / 2**31))
        case Uniform(low, high):
            value = to(to(rank * to((high - low) / 2 / 2**31)) + to((high + low) / 2))
            return min(max(value, to(low)), to(high))
        case Normal(std, mean):
            return to(slow_quantile(rank, std, dtype) + to(mean))
        case TruncatedNormal(std, bound, p, q, mean):
            rank = to(to(rank * to(p)) + math.copysign(to(q), rank))
            limit = to(bound * std)
            return to(min(max(slow_quantile(rank, std, dtype), -limit), limit) + to(mean))
        case IntervalNormal(std, low, high, mean=mean):
            value = to(slow_quantile(slow_interval_rank(rank, distribution), 1.0, "float64") * std + mean)
            return min(max(value, to(mean + low * std)), to(mean + high * std))


def exact(distribution, dtype: str, element: int) -> float:  # noqa: ANN001
    """Return the ideal value of an element of a normal: the quantile of its rank, no lines, no rounding."""
    share = slow_rank(dtype, element) / 2**32 % 1.0  # counted from the top
    if isinstance(distribution, Normal):
        distribution = between(-math.inf, math.inf, *distribution)
    elif isinstance(distribution, TruncatedNormal):
        distribution = between(-distribution.bound, distribution.bound, distribution.std, distribution.mean)
    std, low, high, _lower, _upper, mean = distribution
    with mpmath.workdps(50):
        top, bottom = (1 - mpmath.ncdf(x) for x in (high, low))
        tail = top + (bottom - top) * mpmath.mpf(share)
        return float(mean + std * mpmath.sqrt(2) * mpmath.erfinv(1 - 2 * tail))


def cases(*kinds: type) -> list[object]:
    """Return the distributions of some kinds, by name."""
    return [
        pytest.param(distribution, id=name)
        for name, distribution in DISTRIBUTIONS.items()
        if not kinds or isinstance(distribution, kinds)
    ]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("distribution", cases())
def test_elements_are_what_a_slow_path_gives(distribution, dtype: str) -> None:  # noqa: ANN001
    """Single elements, recomputed one at a time without NumPy, the table or counter mode, have the same bits."""
    expected = [slow(distribution, dtype, element) for element in ELEMENTS]

    assert expected == [draw(distribution, dtype, element, 1).item() for element in ELEMENTS]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("distribution", cases(Normal, TruncatedNormal, IntervalNormal))
def test_elements_are_quantiles(distribution, dtype: str) -> None:  # noqa: ANN001
    """Single elements lie within 1e-5 standard deviations of the exact quantiles of their ranks."""
    expected = [exact(distribution, dtype, element) for element in ELEMENTS]
    found = [draw(distribution, dtype, element, 1).item() for element in ELEMENTS]

    assert expected == pytest.approx(found, rel=0, abs=1e-5 * distribution.std)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("distribution", cases())
def test_any_run_is_a_slice_of_the_whole(distribution, dtype: str) -> None:  # noqa: ANN001
    """Block size, start, and how many elements the parameter has, change no bit."""
    whole = draw(distribution, dtype, 0, 70_000)
    sampler, workspace = distribution.sampler(dtype, 1000), Workspace()
    pieces = [
        sampler(KEY, start, min(4999, 70_000 - start), workspace).copy() for start in range(0, 70_000, 4999)
    ]

    assert whole.tobytes() == np.concatenate(pieces).tobytes()
    assert whole[33_333:].tobytes() == draw(distribution, dtype, 33_333, 36_667, 1).tobytes()


@pytest.mark.parametrize("distribution", cases())
def test_results_are_flat_and_native(distribution) -> None:  # noqa: ANN001
    """A sampler returns a flat native array of the drawing precision, empty for no elements."""
    for dtype in ("float32", "float64"):
        for count in (0, 3):
            values = draw(distribution, dtype, 5, count)

            assert ((count,), np.dtype(dtype)) == (values.shape, values.dtype)


GOLDEN = {
    ("constant", "float32"): "67da0d3c41aa7c2c2249fe1d30767b205b6f289fa0969668af402949380282fe",
    ("constant", "float64"): "4c058af467658994fcab6424ae850007e6acc1f60f001955c35dc23c9bf0060b",
    ("normal", "float32"): "945f8abb1727170b2c82f6fb4290bca6f9c1d7ebfc8a96a35ce59a5ae423ef56",
    ("normal", "float64"): "76a1d97c406faf30987b44025cd461d63f78dde5e9d83a9f79378f9131730a6b",
    ("shifted normal", "float32"): "b6b179d09f2eb64f8ae2d1877692d78e37614b60b9acfb4c2922ae36e6c5f597",
    ("shifted normal", "float64"): "db582a3a499710356179e1e7fbc2c7683a26bd5ae585a9da3ac30d437daed8bb",
    ("uniform", "float32"): "3fced68c92a5ad5d819d4cfaecb9e66b4bb4bf7a6dcd0213c932e22bcd6356a5",
    ("uniform", "float64"): "2cdc3ab7901125ae6dd8c819e7063b0c419f62ab9ad65a5be23a974301893171",
    ("uneven uniform", "float32"): "6dee7a4f4b6a6c54b927bd4b89fdccdd815adc1a26b05150040c0bd0e7412f7b",
    ("uneven uniform", "float64"): "1259e0494905d8fe12bb67e0419f08149e2b89fb4cdc1024f9ab734a6021e01b",
    ("cut at 0.1", "float32"): "0cec64a2d11d2eb43e549e7013559191c3f6f8b004abe98f249faf4540b4171d",
    ("cut at 0.1", "float64"): "d4d678a9f4ce5bd884b959ccd433ea721e91be30bfa4677c0a20a1333fae38fc",
    ("cut at 1", "float32"): "5fc395a205d338b09b7e982c6dfdbd10e64276f290d20bd875ddc0e2d0c35f2a",
    ("cut at 1", "float64"): "3af8c1b365a18a30a44edaae07258b30ce94154d79db10e2a34816373fedabb0",
    ("cut at 2", "float32"): "6ba1a7817549f12129e3a8c33cd1c612e63ff5a6b805dfba3588df5174c9a663",
    ("cut at 2", "float64"): "185ff6dd2e55dc9335e45a3294ae81db445ed8f5809fa208a8ecae9c91bdb68e",
    ("cut at 3", "float32"): "4855053a8e1ef3bc09fe1cee63ed3f6e4e907977c4a18278db1187a1634824ce",
    ("cut at 3", "float64"): "b3945fd329b58e35d2f175f15c1199325b69064ff2d5907ce370d21acf83c2a9",
    ("cut at 6.39", "float32"): "585a641082fa1479364ea3c44f2ed1f873ff11c2c278e66a316a4924247308a0",
    ("cut at 6.39", "float64"): "4adc1de2fd6a04500791d10a5eb54650b5385e3922be0d390278467ed7518e05",
    ("interval", "float32"): "a3e6e23b1e4c9648db8870977d9b49e6dec52057269059e2cd66b38accda3f46",
    ("interval", "float64"): "5c9dcffab415197deb216d0aeac24f7a763fab93c0c1dfd75b2dc78b29c9f510",
    ("interval above", "float32"): "705c7c27a4cb9e33b08b8180cf12ef1a7ad895f5c94282494917dd928e58716d",
    ("interval above", "float64"): "6516716535ac0f8cec09c844e9171fe9e4227fba16a67b9f7615c87056a9b1c5",
    ("interval below", "float32"): "22fe32142fe7071289eccfab2360d651e7b84fb5d64bf9417dc541759bc7969f",
    ("interval below", "float64"): "fa751659513198ee8577dee398df590db808c96fa072d1a1d9de27e4e66d210b",
    ("half-open interval", "float32"): "52c1bdd42b3aa8c5eeeb16970e01ced419b3d15c2fa71e8f9efa95baa5f1a73c",
    ("half-open interval", "float64"): "72ce644fb2ec40ac43f63a57c8943dbd2f9dc7ab1a9fe867362f99708e905e1b",
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_golden_values(name: str, dtype: str) -> None:
    """The first 2^20 values are the ones they were when the stream got its number."""
    values = draw(DISTRIBUTIONS[name], dtype, 0, 1 << 20)
    little = values.astype(values.dtype.newbyteorder("<"))

    assert GOLDEN[name, dtype] == hashlib.sha256(little.tobytes()).hexdigest()


def test_symmetric_interval_agrees_with_the_cut() -> None:
    """The general interval gives the symmetric one its values, but for rounding."""
    expected = draw(cut(2.0), "float64", 0, 100_000)

    assert np.abs(expected - draw(between(-2.0, 2.0), "float64", 0, 100_000)).max() < 1e-12


def test_importing_distributions_is_cheap() -> None:
    """Distributions can be made and compared without NumPy or the cipher."""
    code = (
        "import sys; from winitgen import distributions as d; d.Normal(1.0) == d.Uniform(0.0, 1.0); "
        "sys.exit('numpy' in sys.modules or 'cryptography' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("start", "count"), [(0, 12), (2, 1), (2, 2), (5, 7), (11, 1), (4, 0)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_constant_maps(dtype: str, start: int, count: int) -> None:
    """Each map stacked along the first axis has its value, whatever run is asked for."""
    expected = [0.1] * 3 + [1.0] * 3 + [-2.5] * 3 + [0.0] * 3

    assert np.array(expected, dtype)[start : start + count].tolist() == (
        draw(ConstantMaps((0.1, 1.0, -2.5, 0.0)), dtype, start, count, 12).tolist()
    )
