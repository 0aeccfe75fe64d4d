"""A checkpoint that is no file: its tensors are drawn as they are read."""
