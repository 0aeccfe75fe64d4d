"""Which paths and URLs are of one place."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from tests.files.stores.conftest import needed
from winitgen.files.stores.address import located
from winitgen.files.stores.place import is_inside, place_of


@pytest.mark.parametrize(
    "urls",
    [
        ["memory://b/w", "memory:///b/w", "memory:////b/w", "memory://b/w/"],
        ["s3://b/k", "s3a://b/k", "s3:///b/k", "s3://b/k/"],
    ],
)
def test_one_place(urls: list[str]) -> None:
    """Slashes at both ends, and another name of the same kind of store, are no other place."""
    needed("fsspec")
    needed("s3fs")
    places = [place_of(located(url)) for url in urls]

    assert all(one == other for one, other in combinations(places, 2))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("s3://b//k", "s3://b/k"),
        ("memory://b//k", "memory://b/k"),
        ("s3://b/k", "memory://b/k"),
        ("memory://b/k", "/b/k"),
        ("s3://b/k", "s3://b/K"),
    ],
)
def test_two_places(one: str, other: str) -> None:
    """A store makes two objects of two slashes in the middle, and of names in other letters."""
    needed("fsspec")
    needed("s3fs")

    assert place_of(located(one)) != place_of(located(other))


def test_places_of_a_disk(tmp_path: Path) -> None:
    """A file:// URL, other slashes and a link lead to one place; a folder does not hold one whose name only begins so."""
    (tmp_path / "link").symlink_to(tmp_path / "b")
    place = place_of(f"{tmp_path}/b/w")
    for path in (
        f"file://{tmp_path}/b/w",
        f"local://{tmp_path}//b//w",
        f"{tmp_path}/a/../b/w",
        f"{tmp_path}/link/w",
    ):
        assert place == place_of(located(path))

    assert is_inside(place, place_of(f"{tmp_path}/b/"))
    assert not is_inside(place_of(f"{tmp_path}/bc"), place_of(f"{tmp_path}/b"))
    assert not is_inside(place, place)
