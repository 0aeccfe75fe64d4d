"""How a spec asks for a scheme: a name with the options it is given, frozen and hashable."""

import pytest

from winitgen.catalog.init import Init


def test_equal_whatever_the_order() -> None:
    """The order in which options are written makes no difference, nor does one that is not given."""
    one, other = Init("normal", mean=1.0, std=0.5), Init("normal", std=0.5, mean=1.0, low=None)

    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize("other", [Init("he"), Init("lecun", gain=2.0), Init("he", gain=1.0), "he"], ids=repr)
def test_unequal_by_name_and_by_option(other: object) -> None:
    """Another name, another value or an option more is another scheme."""
    assert Init("he", gain=2.0) != other


def test_an_option_is_of_its_type_or_none() -> None:
    """What is not given reads as None."""
    init = Init("mup", part="hidden", base_width=64)

    assert ("hidden", 64, None) == (
        init.get("part", str),
        init.get("base_width", int),
        init.get("std", float),
    )


def test_replaced_options_leave_the_others() -> None:
    """A scheme with another option is a new one."""
    init = Init("he", gain=2.0)

    assert Init("he", gain=2.0, mode="fan_out") == init.replace(mode="fan_out")
    assert Init("he", gain=2.0) == init


def test_frozen() -> None:
    """Neither the name nor an option can be changed, as presets and layers share one object."""
    init = Init("he", gain=2.0)

    with pytest.raises(AttributeError, match="an Init is frozen: scheme cannot be set"):
        init.scheme = "zeros"
    with pytest.raises(TypeError):
        init.options["gain"] = 1.0  # type: ignore[index]
