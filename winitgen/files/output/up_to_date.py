"""Whether an output is up to date, or may be written."""

from __future__ import annotations

import os

from winitgen.errors import DiffersError
from winitgen.files.input.steady import ChangedError
from winitgen.files.output import existing
from winitgen.files.output.options import WriteOptions
from winitgen.files.output.output_plan import OutputPlan
from winitgen.files.output.pump import Pump


def holds_output(
    output: OutputPlan, shown: str, found: existing.Kind, pump: Pump, options: WriteOptions
) -> bool:
    """Tell whether the output is up to date; raise if it is not and must not be written."""
    if found == "nothing":
        if options.check:
            raise DiffersError(f"{shown} does not exist")
        return False
    if found == "nameless" and not options.check and not os.stat(shown).st_size:
        return False
    if found == "folder" and not os.listdir(shown):
        if options.check:
            raise DiffersError(f"{shown} is empty")
        existing.check_removable(output, shown)
        return False
    if _is_equal(output, shown, pump, options):
        return True
    existing.check_replaceable(output, shown, force=options.force, check=options.check)
    return False


def _is_equal(output: OutputPlan, shown: str, pump: Pump, options: WriteOptions) -> bool:
    """Compare the output; one that another program changes meanwhile is not equal, if it is to be replaced anyway."""
    from winitgen.files.output.equality import is_equal

    try:
        return is_equal(shown, output, pump)
    except ChangedError:
        if options.check or not options.force:
            raise
        return False
