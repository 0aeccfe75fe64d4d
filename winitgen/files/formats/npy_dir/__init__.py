"""A folder with one NumPy array per tensor."""
