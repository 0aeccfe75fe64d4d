"""Keras 3 on PyTorch, whose files should not differ from those on JAX."""

from __future__ import annotations

import os

from tests.corpus.record import Record


def write(record: Record) -> None:
    """Write what `keras_files` writes."""
    os.environ["CORPUS_BACKEND"] = "torch"
    from tests.corpus.libraries import keras_files

    keras_files.write(record)
