"""TensorFlow with Keras 2: HDF5 of whole models and of weights, and TensorFlow's own checkpoints, which are not read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras as keras

from tests.corpus.hdf5 import hdf5_arrays
from tests.corpus.record import Record

UNKNOWN = "is not a weight file of a known kind"


def write(record: Record) -> None:
    """Write a model in each of the ways that Keras 2 has."""
    keras.utils.set_random_seed(1)
    layers = [
        keras.layers.Conv1D(4, 3),
        keras.layers.LSTM(3),
        keras.layers.BatchNormalization(),
        keras.layers.Dense(2),
    ]
    model = keras.Sequential([keras.Input((7, 5)), *layers])
    model.compile("adam", "mse")
    model.fit(np.ones((4, 7, 5), "f4"), np.ones((4, 2), "f4"), verbose=0)
    model.save(record.path("whole.h5"))
    model.save_weights(record.path("weights.h5"))
    for name in ("whole.h5", "weights.h5"):
        stored = hdf5_arrays(record.path(name))
        kept = {variable.numpy().tobytes() for variable in model.weights}
        assert kept <= {np.asarray(value).tobytes() for value in stored.values()}
        record.gives(name, stored)
    model.save(record.path("model.keras"))
    record.gives("model.keras", _in_archive(record.path("model.keras")))
    half = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3, dtype="float16")])
    half.save_weights(record.path("half.h5"))
    record.gives("half.h5", hdf5_arrays(record.path("half.h5")))
    _own(record, model)


def _in_archive(path: str) -> dict[str, np.ndarray]:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        archive.extract("model.weights.h5", Path(path).parent / "unpacked")
    return hdf5_arrays(str(Path(path).parent / "unpacked" / "model.weights.h5"))


def _own(record: Record, model: keras.Model) -> None:
    model.save_weights(record.path("checkpoint/w"))
    for name in ("w.index", "w.data-00000-of-00001"):
        record.refused(f"checkpoint/{name}", UNKNOWN, "TensorFlow checkpoint")
    record.refused("checkpoint/checkpoint", "is text, not a weight file", "TensorFlow checkpoints")
    record.refused("checkpoint", "is a folder without", "is a folder with a TensorFlow checkpoint")
    model.save(record.path("saved"), save_format="tf")
    record.refused("saved", "is a folder without", "is a SavedModel of TensorFlow")
    record.refused("saved/saved_model.pb", UNKNOWN, "is the graph of a SavedModel of TensorFlow")
    with open(record.path("model.tflite"), "wb") as file:
        file.write(
            tf.lite.TFLiteConverter.from_keras_model(
                keras.Sequential([keras.Input((5,)), keras.layers.Dense(3)])
            ).convert()
        )
    record.refused("model.tflite", UNKNOWN, "is a model of TensorFlow Lite")
    with tf.io.TFRecordWriter(record.path("rows.tfrecord")) as rows:
        rows.write(b"abc")
    record.refused("rows.tfrecord", UNKNOWN)
