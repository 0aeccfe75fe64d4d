"""Keras 3's own weight file, which is HDF5."""
