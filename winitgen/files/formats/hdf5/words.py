"""The words for a file that the HDF5 library cannot read."""

DAMAGED = "is not an HDF5 file, or is damaged"
DAMAGED_VALUES = "it is damaged, so that the HDF5 library cannot read its values"
