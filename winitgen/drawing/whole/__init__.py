"""Distributions whose elements depend on one another, so that a parameter is computed as a whole.

Like those of ``distributions`` they are small frozen values, cheap to make, compare and print, and
NumPy is imported when something is drawn. Every number is computed from words of the parameter's own key
stream by the four operations and square roots in a fixed order, in float64, and rounded once.
"""
