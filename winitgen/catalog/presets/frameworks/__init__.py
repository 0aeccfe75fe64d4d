"""A file for each framework, with its ``PRESET``."""
