"""HDF5: one dataset per tensor."""
