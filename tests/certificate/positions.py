"""The positions that sparse kernels choose: equally many in every row, and each equally likely."""

from __future__ import annotations

import math
from itertools import islice

import numpy as np

from tests.certificate import pvalues
from tests.certificate.cases import blocks, sparse_parameters
from tests.certificate.questions import Test

ROWS, COLUMNS, CHOSEN = 1200, 1000, 60
NAME = "positions of sparse kernels"


def judge(count: int, seed: int) -> list[Test]:
    """Test at least ``count`` positions, chosen or not, by column, by neighbour and by row.

    A row chooses ``CHOSEN`` of ``COLUMNS``. The counts of the columns give a chi-square with the
    variance of drawing without replacement; the number of runs in a row, and of positions that two rows
    share, have the means and variances of Wald & Wolfowitz (1940) and of the hypergeometric distribution.
    """
    share = CHOSEN / COLUMNS
    columns, runs, shared, rows, pairs, wrong = np.zeros(COLUMNS), 0, 0, 0, 0, 0
    kernels = max(1, math.ceil(count / (ROWS * COLUMNS)))
    for parameter in islice(
        sparse_parameters("places", "float32", seed, ROWS, COLUMNS, CHOSEN, 1.0), kernels
    ):
        chosen = (np.concatenate(list(blocks(parameter))) != 0).reshape(ROWS, COLUMNS)
        wrong += int((chosen.sum(axis=1) != CHOSEN).sum())
        columns += chosen.sum(axis=0)
        runs += ROWS + int((chosen[:, 1:] != chosen[:, :-1]).sum())
        shared += int((chosen[1:] & chosen[:-1]).sum())
        rows, pairs = rows + ROWS, pairs + ROWS - 1
    spread = rows * share * (1 - share) * COLUMNS / (COLUMNS - 1)
    expected = 2 * CHOSEN * (COLUMNS - CHOSEN) / COLUMNS + 1
    variance = (expected - 1) * (expected - 2) / (COLUMNS - 1)
    common = CHOSEN * share
    common_variance = common * (1 - share) ** 2 * COLUMNS / (COLUMNS - 1)
    found = {
        "rows with another number": pvalues.Answer(wrong, float(not wrong)),
        "chi-square of the columns": pvalues.chi_square_of(
            rows * share + (columns - rows * share) * math.sqrt(rows * share / spread),
            np.full(COLUMNS, rows * share),
        ),
        "runs in a row": pvalues.score((runs - rows * expected) / math.sqrt(rows * variance)),
        "positions two rows share": pvalues.score(
            (shared - pairs * common) / math.sqrt(pairs * common_variance)
        ),
    }
    return [Test(NAME, question, *answer) for question, answer in found.items()]
