def check_files(*a):
    pass


def write_plot(*a):
    pass


def write_report(*a):
    pass
