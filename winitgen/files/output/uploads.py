"""Writes objects to a store, two at once, each whole or not at all and unless it is up to date."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

from winitgen.errors import ExistsError
from winitgen.files.formats.format import FilePlan
from winitgen.files.input.opening import reading
from winitgen.files.output import existing
from winitgen.files.output.atomic import writing
from winitgen.files.output.equality import is_equal
from winitgen.files.output.options import Outcome, WriteOptions
from winitgen.files.output.output_plan import OutputPlan
from winitgen.files.output.pump import Pump
from winitgen.files.output.sinks import Forward
from winitgen.files.output.up_to_date import holds_output
from winitgen.files.output.worker import Worker, start, wait_for
from winitgen.files.stores.address import Address
from winitgen.files.stores.parts import sending
from winitgen.files.stores.store import Store
from winitgen.numeric.stopping import WorkStopped, stoppable
from winitgen.numeric.threads import threads_of

AT_ONCE = 2
"""Objects in flight: one is drawn while another is sent, in the memory of a few parts."""

_SECONDS_BETWEEN_REPORTS = 0.1

Upload = tuple[OutputPlan, Address]


def upload_each(uploads: Sequence[Upload], options: WriteOptions) -> list[Outcome]:
    """Write each object whose bytes are not there yet, and return the outcomes.

    With ``check`` nothing is written, and any other bytes raise `DiffersError`; they are replaced only with ``force``.
    An upload that fails or is interrupted stops the others, and what was sent of them is removed.
    """
    return _Uploads(uploads, options).run()


class _Stopped(Exception):
    """Another upload has failed, or the run was interrupted."""


class _Uploads:
    """The uploads of one run, shared by a few threads."""

    def __init__(self, uploads: Sequence[Upload], options: WriteOptions) -> None:
        self.stopped = False
        self._uploads, self._options = uploads, options
        self._outcomes: list[Outcome] = ["unchanged"] * len(uploads)
        self._failures: dict[int, BaseException] = {}
        self._done = [0] * len(uploads)
        self._rest = iter(range(len(uploads)))
        self._at_once = min(AT_ONCE, len(uploads))

    def run(self) -> list[Outcome]:
        """Upload in threads, while the calling thread reports and handles signals."""
        workers = [Worker(self._run) for _ in range(self._at_once)]
        try:
            workers = workers[: start(workers)]
            if not workers:
                self._work()
            for worker in workers:
                while not worker.ended.wait(_SECONDS_BETWEEN_REPORTS):
                    if self._options.progress:
                        self._options.progress(sum(self._done))
        except BaseException:
            self.interrupt()
            raise
        finally:
            wait_for(workers, self)
        if self._failures:
            raise self._failures[min(self._failures)]
        return self._outcomes

    def interrupt(self) -> None:
        """Stop all uploads."""
        self.stopped = True

    def _run(self, ended: Event) -> None:
        try:
            with stoppable(lambda: self.stopped):
                self._work()
        finally:
            ended.set()

    def _work(self) -> None:
        while (
            not self.stopped and (number := next(self._rest, None)) is not None
        ):  # next on an iterator is atomic
            try:
                self._outcomes[number] = self._publish(number)
            except (_Stopped, WorkStopped):
                return
            except BaseException as failure:  # raised again in the calling thread
                self._failures[number] = failure
                self.stopped = True

    def _publish(self, number: int) -> Outcome:
        output, address = self._uploads[number]
        threads = max(1, threads_of(self._options.threads) // self._at_once)
        pump = Pump(threads, self._options.block, lambda done: self._report(number, done), in_order=True)
        check = self._options.check
        with reading(address) if check else writing(address):
            found = existing.kind(address)
            existing.check_kind(output, address, found)
            if holds_output(output, address, found, pump, self._options):
                return "unchanged"
            assert isinstance(output.plan, FilePlan)  # the format was checked
            return "written" if self._send(output, output.plan, address, pump) else "unchanged"

    def _send(self, output: OutputPlan, plan: FilePlan, address: Address, pump: Pump) -> bool:
        """Draw an object and upload it; return False if another run of the same command was faster."""
        store = Store(address)
        with store.upload(plan.size) as upload:
            with sending(upload, plan.size) as sender:
                sink = Forward(sender.write, plan)
                pump.run(plan._replace(fixed=()), sink)
                sink.close()
                sender.finish()
            if not self._options.force and store.look().kind != "nothing":
                if is_equal(address, output, pump):
                    return False
                raise ExistsError(f"{address} appeared while it was being written; --force replaces it")
            self._go_on()
            if self._options.check_sources:
                self._options.check_sources()
            upload.commit()
        return True

    def _report(self, number: int, done: int) -> None:
        """Note how far an upload is; called by the pump, which stops if this raises."""
        self._go_on()
        self._done[number] = done

    def _go_on(self) -> None:
        if self.stopped:
            raise _Stopped
