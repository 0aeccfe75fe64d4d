"""Inspects a weight file, and compares it with a plan or with another file."""
