import hashlib
import subprocess
import sys

import mpmath
import pytest

from winitgen.drawing import shipped_lines
from winitgen.drawing.tables import normal
from winitgen.errors import UnreadableError


@pytest.mark.slow
def test_more_digits_give_the_shipped_bytes() -> None:
    """A fresh computation at more digits than the script's gives the shipped table byte for byte."""
    assert normal.DIGITS < 70
    assert normal.FILE.read_bytes() == normal.table(digits=70)


@pytest.mark.slow
def test_script_checks() -> None:
    """``--check`` recomputes the table and confirms the shipped one."""
    done = subprocess.run(
        [sys.executable, "-m", "winitgen.drawing.tables.normal", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, f"normal.bin: {shipped_lines.TABLE_SHA256} same\n", "") == (
        done.returncode,
        done.stdout,
        done.stderr,
    )


def test_recorded_checksum() -> None:
    """The checksum compared on loading is that of the shipped file."""
    assert hashlib.sha256(normal.FILE.read_bytes()).hexdigest() == shipped_lines.TABLE_SHA256


def test_size() -> None:
    """The file holds A and B of 63 octaves of 512 lines, as float64."""
    assert normal.FILE.stat().st_size == 2 * 63 * 512 * 8


def test_farthest_value() -> None:
    """Rank 0 represents an upper tail of a quarter of 2^-32."""
    with mpmath.workdps(50):
        assert float(normal.quantile(mpmath.mpf(1) / 4)) == shipped_lines.FARTHEST


@pytest.mark.parametrize("rank", [2.0**-32, 2.0**-7, 1.0, 12345.0, 2.0**30, 2.0**31])
def test_quantiles_invert_the_tail(rank: float) -> None:
    """Q(quantile(f)) is f/2^32, to 45 digits."""
    with mpmath.workdps(60):
        tail = mpmath.quad(mpmath.npdf, [normal.quantile(rank), 20, mpmath.inf])

        assert abs(tail * 2**32 / rank - 1) < mpmath.mpf(10) ** -45


def test_damaged_table_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table with changed bytes is refused, so that it cannot change values."""
    monkeypatch.setattr(shipped_lines, "TABLE_SHA256", "0" * 64)

    with pytest.raises(UnreadableError, match=r"normal\.bin: damaged; install winitgen again"):
        shipped_lines.shipped.__wrapped__()
