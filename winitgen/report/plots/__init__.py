"""Figures of a probe's measurements; only this package imports matplotlib."""
