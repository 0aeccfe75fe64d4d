"""The scripts of the peers are run, not imported; pytest collects the rest, whose tests measure nothing long."""

collect_ignore_glob = ["peers/*.py"]
