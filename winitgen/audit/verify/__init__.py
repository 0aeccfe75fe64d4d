"""Drawing a weight file again, from the recipe in it or from a spec, and comparing it bit for bit."""
