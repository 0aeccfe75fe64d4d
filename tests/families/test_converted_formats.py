"""Which model types transformers converts as a whole: the list of them, against the installed library."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from winitgen.configs.family import model_types
from winitgen.files.input.converted_formats import CONVERTED

MEASURED = "5.23.0"
"""The release of transformers by which the list was made."""


def converts_all(torch: Any, transformers: Any, model_type: str) -> bool:
    """Tell whether a default model made in bfloat16 has no other floats, and its classes name none that stay in float32."""
    with torch.device("meta"):
        try:
            config = transformers.CONFIG_MAPPING[model_type]()
            model = transformers.AutoModel.from_config(config, dtype=torch.bfloat16)
        except (KeyError, TypeError, ValueError):  # a default config of which the library makes no model
            return False
    module = vars(sys.modules[type(model).__module__]).values()
    classes = [
        one for one in module if isinstance(one, type) and issubclass(one, transformers.PreTrainedModel)
    ]
    kept = [one for one in classes if one._keep_in_fp32_modules or one._keep_in_fp32_modules_strict]
    formats = {one.dtype for one in model.parameters() if one.is_floating_point()}
    return not kept and formats == {torch.bfloat16}


@pytest.mark.slow
def test_the_list_is_what_the_library_does(torch: Any, transformers: Any) -> None:
    """Of the known families: no type is missing, none keeps some floats; another release is another measurement."""
    if transformers.__version__ != MEASURED:
        pytest.skip(f"transformers {MEASURED} is measured: pip install transformers=={MEASURED}")
    known = sorted({*model_types(), *CONVERTED})

    assert [one for one in known if converts_all(torch, transformers, one)] == sorted(CONVERTED)
