import re

import pytest

from winitgen.spec.scalars import resolve


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1e-3", 0.001),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("+7", 7),
        ("-7", -7),
        ("010", 10),
        ("0x10", 16),
        ("0o10", 8),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
    ],
)
def test_core_schema(text: str, expected: object) -> None:
    """Unquoted values mean what YAML 1.2's core schema says."""
    value = resolve(text)

    assert (expected, type(expected)) == (value, type(value))


@pytest.mark.parametrize(
    "text", ["no", "on", "yes", "off", "y", "1_000", "0b1", "1:30", "2024-01-01", "1e", "."]
)
def test_old_yaml(text: str) -> None:
    """What YAML 1.1 made switches, dates and sexagesimal numbers of is text."""
    assert text == resolve(text)


def test_longest_number() -> None:
    """A number of 64 characters is read; a longer one is refused before it is converted."""
    assert int("9" * 64) == resolve("9" * 64)
    with pytest.raises(ValueError, match="the number has 65 characters; at most 64 are allowed"):
        resolve("9" * 65)


@pytest.mark.parametrize("text", ["1e-400", "-0.5E-324", "+.01e-330", "123.4e-9999"])
def test_too_small_a_number(text: str) -> None:
    """A number of which float64 would make 0 is refused; a 0 with an exponent is 0."""
    message = f"^{re.escape(text)} is too small for float64, whose smallest number is 5e-324; write 0$"
    with pytest.raises(ValueError, match=message):
        resolve(text)
    assert 5e-324 == resolve("3e-324")
    assert [0.0] * 3 == [resolve(zero) for zero in ("0e-400", "0.00", "-0E9")]
