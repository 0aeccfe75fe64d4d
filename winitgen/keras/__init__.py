"""Models of Keras whose variables are drawn in place, without a file.

Imported by name, ``import winitgen.keras``; Keras itself is imported by who has a model of it.
"""

from winitgen.keras.assigning import assign

__all__ = ["assign"]
