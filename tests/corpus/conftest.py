"""The modules of libraries are run by hand, where these are installed; pytest collects none of them, nor their doctests."""

collect_ignore_glob = ["libraries/*.py"]
