"""``--rank auto``: what each launcher says in the environment, and what is refused."""

from __future__ import annotations

import pytest

from winitgen.cli.job import share_of_job
from winitgen.errors import UsageError
from winitgen.writing.share import Share


@pytest.mark.parametrize(
    ("environment", "size", "share", "text"),
    [
        pytest.param(
            {"RANK": "3", "WORLD_SIZE": "8", "LOCAL_RANK": "1"},
            None,
            Share(3, 8),
            "RANK=3 and WORLD_SIZE=8",
            id="torchrun",
        ),
        pytest.param(
            {"SLURM_PROCID": "0", "SLURM_NTASKS": "2"},
            2,
            Share(0, 2),
            "SLURM_PROCID=0 and SLURM_NTASKS=2",
            id="SLURM, with its size",
        ),
        pytest.param(
            {"OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2", "PMI_RANK": "1", "PMI_SIZE": "2"},
            None,
            Share(1, 2),
            "OMPI_COMM_WORLD_RANK=1 and OMPI_COMM_WORLD_SIZE=2; PMI_RANK=1 and PMI_SIZE=2",
            id="two that agree",
        ),
        pytest.param(
            {"JOB_COMPLETION_INDEX": "4"},
            5,
            Share(4, 5),
            "JOB_COMPLETION_INDEX=4 and --world-size 5",
            id="Kubernetes",
        ),
        pytest.param(
            {"PMI_RANK": "1"},
            3,
            Share(1, 3),
            "PMI_RANK=1 and --world-size 3",
            id="a launcher without its size",
        ),
    ],
)
def test_the_launcher_says_which_process_this_is(
    environment: dict[str, str], size: int | None, share: Share, text: str
) -> None:
    """The number and how many there are, with the variables that say it."""
    assert (share, text) == share_of_job(environment, size)


REFUSED = {
    "nothing is set": (
        {"WORLD_SIZE": "8"},
        None,
        (
            "--rank auto: none of RANK, SLURM_PROCID, OMPI_COMM_WORLD_RANK, PMI_RANK, JOB_COMPLETION_INDEX is set; for the "
            "first of eight processes write --rank 0 --world-size 8"
        ),
    ),
    "two that differ": (
        {"RANK": "3", "WORLD_SIZE": "8", "SLURM_PROCID": "0", "SLURM_NTASKS": "1"},
        None,
        (
            "--rank auto: RANK=3 and WORLD_SIZE=8 differ from SLURM_PROCID=0 and SLURM_NTASKS=1; write which is right, as "
            "in --rank 3 --world-size 8"
        ),
    ),
    "another size": (
        {"RANK": "3", "WORLD_SIZE": "8"},
        4,
        "--rank auto: WORLD_SIZE=8 differs from --world-size 4; leave out one",
    ),
    "no size": (
        {"JOB_COMPLETION_INDEX": "4"},
        None,
        (
            "--rank auto: JOB_COMPLETION_INDEX=4 does not say of how many; add the number of processes, as in "
            "--world-size 8"
        ),
    ),
    "too large": (
        {"JOB_COMPLETION_INDEX": "5"},
        5,
        "--rank auto: JOB_COMPLETION_INDEX=5 and --world-size 5, but ranks count from 0 to 4",
    ),
    "no number": (
        {"RANK": "-1", "WORLD_SIZE": "8"},
        None,
        "--rank auto: RANK is '-1', not a whole number; write --rank and --world-size",
    ),
    "a number of too many digits": (
        {"RANK": "9" * 5000, "WORLD_SIZE": "8"},
        None,
        "--rank auto: RANK has 5,000 digits, more than the number of a process; write --rank and --world-size",
    ),
    "no size that is a number": (
        {"RANK": "0", "WORLD_SIZE": ""},
        None,
        "--rank auto: WORLD_SIZE is '', not a whole number; write --rank and --world-size",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """What is set and what is wrong with it, with what to write."""
    environment, size, message = REFUSED[name]

    with pytest.raises(UsageError) as refused:
        share_of_job(environment, size)

    assert message == str(refused.value)
