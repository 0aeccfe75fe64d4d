"""Rows of equal blocks as one."""

import pytest

from winitgen.report.folding import folded


def rows(names: str) -> list[list[str]]:
    """Return rows of a name and a shape, as in ``h.0.w=2 h.1.w=2``."""
    return [text.split("=") for text in names.split()]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("h.0.w=2 h.1.w=2 h.2.w=2", "h.(0-2).w=2"),
        ("h.0.w=2 h.0.b=1 h.1.w=2 h.1.b=1", "h.(0-1).w=2 h.(0-1).b=1"),
        ("h.0.w=2 h.1.w=3 h.2.w=3", "h.0.w=2 h.(1-2).w=3"),
        ("h.0.w=2 h.2.w=2", "h.0.w=2 h.2.w=2"),
        ("h.0.w=2 h.1.w=2 x=1 h.2.w=2 h.3.w=2", "h.(0-1).w=2 x=1 h.(2-3).w=2"),
        ("h.0.w=2 h.0.b=1 h.1.w=2", "h.0.w=2 h.0.b=1 h.1.w=2"),
        ("h.0.e.0.w=2 h.0.e.1.w=2 h.1.e.0.w=2 h.1.e.1.w=2", "h.(0-1).e.(0-1).w=2"),
        ("h.0.e.0.w=2 h.0.e.1.w=2 h.1.e.0.w=2 h.1.e.1.w=3", "h.0.e.(0-1).w=2 h.1.e.0.w=2 h.1.e.1.w=3"),
        ("h.9.w=2 h.10.w=2 h.11.w=2", "h.(9-11).w=2"),
        ("blocks_0/w=2 blocks_1/w=2", "blocks_(0-1)/w=2"),
        ("fc1.w=2 fc2.w=2", "fc1.w=2 fc2.w=2"),
        ("0.w=2 1.w=2", "(0-1).w=2"),
        ("h.0=2 h.0.w=2 h.1=2 h.1.w=2", "h.(0-1)=2 h.(0-1).w=2"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_equal_blocks_are_one(given: str, shown: str) -> None:
    """Only consecutive numbers of blocks whose rows agree in all cells are joined."""
    assert rows(shown) == folded(rows(given))


def test_cells_may_name_their_own_block() -> None:
    """What chose a scheme is told by the name of a layer in the same block; that of another block is another text."""
    own = [[f"h.{i}.w", "2", f"auto: relu at h.{i}.act"] for i in range(3)]
    others = [[f"h.{i}.w", "2", f"auto: relu at h.{i + 1}.act"] for i in range(3)]

    assert [["h.(0-2).w", "2", "auto: relu at h.(0-2).act"]] == folded(own)
    assert others == folded(others)


def test_a_longer_number_is_another_block() -> None:
    """Block 1 is not named by a text about block 10."""
    given = [["h.0.w", "at h.0"], ["h.1.w", "at h.10"]]

    assert given == folded(given)
