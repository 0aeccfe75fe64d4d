"""The kinds of values that options of layers take, each described for the schema and for messages."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

LARGEST_SIZE = 2**40
MOST_PARTS = 1024

Size = Annotated[int, Meta(ge=1, le=LARGEST_SIZE, description="a whole number from 1 to 2^40")]
Index = Annotated[int, Meta(ge=0, le=LARGEST_SIZE, description="a whole number from 0 to 2^40")]
Sizes = Annotated[
    Size | tuple[Size, ...],
    Meta(description="a whole number of at least 1, or a list of them, one for each axis"),
]
Padding = Annotated[
    Literal["valid", "same"] | Index | tuple[Index, ...],
    Meta(description="'valid', 'same', a whole number, or a list of whole numbers, one for each axis"),
]
Epsilon = Annotated[float, Meta(gt=0, le=1, description="a number above 0, at most 1")]
Switch = Annotated[bool, Meta(description="true or false")]
Name = Annotated[str, Meta(description="a name: letters, digits, '_' and '-', in segments joined by '.'")]
Dtype = Annotated[str, Meta(description="a number format, such as float32")]
AnyDtype = Annotated[
    str,
    Meta(
        description="a number format, such as float32; for whole numbers int8 to int64, uint8 to uint64, or bool"
    ),
]
Quirks = Annotated[
    Literal["torch", "keras", "flax", "none"],
    Meta(description="torch, keras or flax, to draw with its fans, or none for the true fans"),
]
From = Annotated[
    str | tuple[str, ...], Meta(description="the name of an earlier layer, 'input', or a list of such names")
]

Parts = Annotated[
    Annotated[int, Meta(ge=2, le=MOST_PARTS)]
    | Annotated[tuple[Name, ...], Meta(min_length=2, max_length=MOST_PARTS)],
    Meta(description=f"a whole number from 2 to {MOST_PARTS}, or a list of names for the parts"),
]

Reference = Annotated[str, Meta(description="the name of an earlier layer, or of an input of the model")]
Sources = Annotated[
    tuple[str, ...], Meta(min_length=2, description="a list of two or more names of earlier layers")
]

Pair = Annotated[
    tuple[str, ...],
    Meta(min_length=2, max_length=2, description="a list of two names of earlier layers"),
]
Names = Annotated[
    dict[str, Name], Meta(description="a mapping of parts to other names, such as {query: q_proj}")
]
