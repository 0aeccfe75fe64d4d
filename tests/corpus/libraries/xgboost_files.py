"""XGBoost and LightGBM: trees, which are not weights."""

from __future__ import annotations

import lightgbm
import numpy as np
import xgboost

from tests.corpus.record import Record, normals


def write(record: Record) -> None:
    """Write small trees."""
    data, target = normals(1, 60, 3), np.arange(60.0)
    booster = xgboost.train({"max_depth": 2}, xgboost.DMatrix(data, target), 2)
    booster.save_model(record.path("model.json"))
    record.refused("model.json", "is text, not a weight file")
    booster.save_model(record.path("model.ubj"))
    record.refused("model.ubj", "is not a weight file of a known kind")
    xgboost.DMatrix(data, target).save_binary(record.path("data.buffer"))
    record.refused("data.buffer", "is not a weight file of a known kind")
    trees = lightgbm.train({"verbose": -1, "num_leaves": 3}, lightgbm.Dataset(data, target), 2)
    trees.save_model(record.path("model.txt"))
    record.refused("model.txt", "is text, not a weight file")
