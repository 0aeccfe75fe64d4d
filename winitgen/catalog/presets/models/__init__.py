"""A file for each family of models that its library draws otherwise, with its ``PRESET``."""
