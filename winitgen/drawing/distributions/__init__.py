"""What a parameter's values are drawn from: small frozen values, cheap to make, compare and print.

One file each, with all that a distribution says of itself: how far it reaches, its density, where its
values lie, and its sampler, a function from a stream's key and a run of element numbers to values of
the drawing precision. NumPy is imported when a sampler is made. Those that are drawn value by value are
here; those whose elements depend on one another are in ``whole``.
"""
