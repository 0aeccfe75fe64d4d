"""Keras 3: its layers, their variables, and their numbers in its files."""
