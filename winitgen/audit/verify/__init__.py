"""Draws a weight file again, from its recipe or from a spec, and compares it bit for bit."""
