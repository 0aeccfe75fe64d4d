"""What was measured with other releases of the library, as it is recorded."""

from __future__ import annotations

from typing import Any

import pytest

from specs.reference.tables.family_versions import version_table
from tests.families.all_cases import FAMILIES
from tests.families.versions import recorded

KINDS = {"classes", "config", "defaults", "formats", "laws", "names", "reads", "refused", "shapes"}


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    """Return the recorded file."""
    return recorded()


def test_every_family_exists_and_is_in_every_release(measured: dict[str, Any]) -> None:
    """Each family measured has cases, each with a result for each release; both are in order."""
    families, versions = measured["families"], measured["versions"]

    assert {"families", "versions"} == set(measured)
    assert set() == set(families) - set(FAMILIES)
    assert sorted(families) == list(families)
    assert versions == sorted(versions, key=lambda version: [int(part) for part in version.split(".")])
    assert [] == [name for name, found in families.items() if list(found) != versions]


def test_each_result_is_a_word_or_lines_of_known_kinds(measured: dict[str, Any]) -> None:
    """A result is `same`, `absent`, or lists of short lines; what is the same has no list."""
    results = [found for family in measured["families"].values() for found in family.values()]
    differing = [found for found in results if isinstance(found, dict)]
    lists = [lines for found in differing for lines in found.values() if lines is not True]
    lines = [line for some in lists for line in some]

    assert {found for found in results if isinstance(found, str)} <= {"same", "absent"}
    assert set().union(*differing) <= KINDS
    assert [] == [found for found in differing if set(found) == {"reads"} and found["reads"] is True]
    assert all(lists)
    assert [] == [line for line in lines if len(line) > 120 or "\n" in line]


def test_the_pinned_release_is_the_same(measured: dict[str, Any]) -> None:
    """The measurement finds nothing in the newest release, the one that the other tests compare with."""
    newest = measured["versions"][-1]

    assert {"same"} == {found[newest] for found in measured["families"].values()}


def test_a_table_of_differences() -> None:
    """Releases that differ alike share a row; of many differences of a kind the first are named."""
    names = [f"+ fc{letter}.weight" for letter in "abcdefgh"]
    refused = {"refused": ["C: TypeError: no `x`"]}
    families = {
        "a": {"4.1": "same", "5.0": "same", "5.1": "same"},
        "b": {"4.1": {"names": names, "reads": ["missing: fca.weight"]}, "5.0": "absent", "5.1": "same"},
        "c": {"4.1": refused, "5.0": refused, "5.1": "same"},
    }
    shown = " ".join(f"`{name}`" for name in names[:6])

    assert version_table(["4.1", "5.0", "5.1"], families).split("\n") == [
        "Measured with 4.1, 5.0 and 5.1, of 3 families 1 is the same in all and 2 differ. Not in 5.0: `b`.",
        "",
        "| family | release | its file, not winitgen's | reads winitgen's |",
        "|---|---|---|---|",
        f"| `b` | 4.1 | names: {shown} and 2 more | no |",
        "| `c` | 4.1, 5.0 | refused: `C: TypeError: no 'x'` | |",
    ]
