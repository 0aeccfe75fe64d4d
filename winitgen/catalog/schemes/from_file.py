"""Values that are copied from a weight file, for a tensor that no law gives."""

from __future__ import annotations

import math

from winitgen.catalog.schemes.options import SHA256, TEXT
from winitgen.catalog.schemes.scheme import DrawSpec, Scheme, SchemeRequest, Unfit


def from_file(request: SchemeRequest) -> DrawSpec:
    """Return the values of a tensor of a file, which is not opened here; their mean and spread are not known."""
    from winitgen.drawing.distributions.file_values import FileValues

    if request.weight.role:
        raise Unfit(f"the scheme file is for a param, and not for a {request.weight.role}")
    if request.weight.zeroed is not None:
        raise Unfit("a table from a file has the row of the padding token in it; leave padding_index out")
    path, tensor = request.option("path", str), request.option("tensor", str)
    distribution = FileValues(path, tensor, request.option("sha256", str))
    return DrawSpec("file", f"'{tensor}' from {path}", distribution, math.nan, math.nan)


FROM_FILE = Scheme(
    "file",
    "the values of a tensor of a weight file, bit for bit",
    "",
    from_file,
    {
        "path": TEXT.means("Weight file, from the folder of the layer-spec"),
        "tensor": TEXT.means("Name of the tensor in the file"),
        "sha256": SHA256.means("SHA-256 of its values: little-endian, in C order"),
    },
    needs=("path", "tensor", "sha256"),
    whole=True,
)
