"""Draws the values of one file block by block, in several threads, and passes the bytes to a sink.

Each thread takes the next block when it is free. The written bytes depend neither on the number of
threads nor on the size of a block.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from winitgen.files.formats.format import FilePlan
from winitgen.files.output.blocks import BLOCK, Blocks, block_count
from winitgen.files.output.worker import Worker, start, wait_for
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.stopping import stoppable
from winitgen.numeric.threads import allowing, threads_for

if TYPE_CHECKING:
    from winitgen.files.output.sinks import Sink

Progress = Callable[[int], object]

_SECONDS_BETWEEN_REPORTS = 0.1


class Pump(NamedTuple):
    """How values are drawn: in at most ``threads`` threads, and in blocks of ``block`` elements.

    ``progress`` is called in the calling thread, about ten times a second, with the number of bytes drawn.
    With ``in_order`` the sink gets the blocks in the order of their offsets, one at a time; each thread holds one.
    """

    threads: int = 1
    block: int = BLOCK
    progress: Progress | None = None
    in_order: bool = False

    def run(self, plan: FilePlan, sink: Sink) -> bool:
        """Pass all bytes of a file to ``sink``; return False as soon as it returns False."""
        for offset, content in plan.fixed:
            if not sink(offset, content):
                return False
        blocks, workspace = Blocks(plan, self.block), Workspace()
        threads = min(threads_for(plan.drawn_bytes, self.threads), block_count(plan, self.block))
        if threads > 1:
            self._share(blocks, sink, threads)
        done, reported = 0, monotonic()
        for block in blocks:  # all blocks, or those that no worker has drawn
            with allowing(self.threads):
                values = blocks.content_of(block, workspace)
            if not (blocks.in_turn(block, sink, values) if self.in_order else sink(block.offset, values)):
                return False
            done += block.size
            if self.progress and monotonic() - reported >= _SECONDS_BETWEEN_REPORTS:
                self.progress(done)
                reported = monotonic()
        if blocks.stopped:
            return False
        for offset, content in blocks.finish():
            if not sink(offset, content):
                return False
        if self.progress:
            self.progress(plan.drawn_bytes)
        return True

    def counting_from(self, done: int) -> Pump:
        """Return a pump whose progress starts at ``done`` bytes."""
        progress = self.progress
        return self._replace(progress=lambda more: progress(done + more)) if progress else self

    def _share(self, blocks: Blocks, sink: Sink, threads: int) -> None:
        """Draw in ``threads`` worker threads, while the calling thread reports and handles signals.

        If the system allows fewer threads, those draw everything; if it allows none, nothing is drawn here.
        """
        done = [0] * threads
        failures: list[BaseException] = []
        workers = [Worker(partial(self._work, blocks, sink, done, slot, failures)) for slot in range(threads)]
        try:
            workers = workers[: start(workers)]
            for worker in workers:
                while not worker.ended.wait(_SECONDS_BETWEEN_REPORTS):
                    if self.progress:
                        self.progress(sum(done))
        except BaseException:
            blocks.interrupt()
            raise
        finally:
            wait_for(workers, blocks)
        if failures:
            raise failures[0]

    def _work(
        self,
        blocks: Blocks,
        sink: Sink,
        done: list[int],
        slot: int,
        failures: list[BaseException],
        ended: Event,
    ) -> None:
        workspace = Workspace()
        try:
            with stoppable(lambda: blocks.interrupted), allowing(self.threads):
                for block in blocks:
                    content = blocks.content_of(block, workspace)
                    if not (
                        blocks.in_turn(block, sink, content) if self.in_order else sink(block.offset, content)
                    ):
                        blocks.stopped = True
                    done[slot] += block.size
        except BaseException as failure:  # the first is raised again in the calling thread
            failures.append(failure)
            blocks.interrupt()
        finally:
            ended.set()
