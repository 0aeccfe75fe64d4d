"""Hostile specs and hostile names: whatever stands in them, a plan comes out, or lines of plain text."""
