"""Hostile specs and names: with any content, the result is a plan or lines of plain text."""
