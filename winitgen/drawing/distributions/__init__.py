"""The distributions that values are drawn from: small frozen values, cheap to make, compare and print.

There is one file each, with the extent of a distribution, its density, the span of its values, and its
sampler, a function from a key and a range of elements to values of the drawing precision. NumPy is
imported when a sampler is made. Distributions that are drawn value by value are here; those whose elements
depend on one another are in ``whole``.
"""
