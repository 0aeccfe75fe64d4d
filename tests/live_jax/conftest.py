"""The modules that run in processes of their own, with several devices, are not collected."""

collect_ignore_glob = ["on_devices/*.py"]
