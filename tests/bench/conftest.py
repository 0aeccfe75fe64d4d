"""Benchmarks are run by hand, one file at a time; pytest collects none of them, nor their doctests."""

collect_ignore_glob = ["*.py", "peers/*.py"]
