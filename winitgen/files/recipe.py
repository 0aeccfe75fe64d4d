"""What a file says of itself: how to draw the same values again."""

from __future__ import annotations

import json

from winitgen.layouts import LAYOUTS
from winitgen.planning.plan import STREAM, Plan


def metadata(planned: Plan) -> dict[str, str]:
    """Return what the file says about itself: the framework, and how to draw the same values again.

    No clock, host, path or version: the same plan gives the same bytes everywhere.
    """
    provenance = {
        "dtype": planned.dtype,
        "layout": planned.layout,
        "seed": planned.seed,
        "spec": planned.spec,
        "stream": STREAM,
    }
    text = json.dumps(provenance, sort_keys=True, separators=(",", ":"))
    return {"format": LAYOUTS[planned.layout].framework, "winitgen": text}
