"""Keras's own archive of a whole model: ``.keras``."""
