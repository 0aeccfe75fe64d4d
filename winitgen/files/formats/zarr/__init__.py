"""Folders of zarr and of Orbax, which are arrays in chunks: read only, by TensorStore."""
