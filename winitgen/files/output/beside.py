"""What stands in a folder of arrays besides the planned files: it is no difference unless a loader reads it, as for ``verify``."""

from __future__ import annotations

from winitgen.files.formats.format import FolderPlan
from winitgen.files.input.held_folder import HeldFolder, holding
from winitgen.files.input.other_reading import misread

_ARRAY = ".npy"


def read_besides(folder: HeldFolder, plans: FolderPlan) -> list[str]:
    """Return the clauses about what a loader reads of a folder besides the planned files, or in their place."""
    from winitgen.files.formats.npy_dir.folder_readings import folder_readings

    if {*folder.names()} == {*plans}:
        return []
    own = {name.removesuffix(_ARRAY): name for name in plans if name.endswith(_ARRAY)}
    return misread(folder_readings(folder, own))


def names_that_differ(path: str, plans: FolderPlan) -> str:
    """Return what is wrong with the names in a folder, as the end of a sentence; empty if nothing is."""
    with holding(path) as folder:
        names = {*folder.names()}
        missing = next((name for name in plans if name not in names), None)
        if missing is not None:
            return f"differs: it has no {missing!r}"
        found = read_besides(folder, plans)
    return f"differs: {found[0]}; move it away" if found else ""
