"""Keras 3: its layers, their variables, and how its files number them."""
