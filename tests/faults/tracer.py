"""Runs a program under ptrace, and disturbs its N-th call that touches files of a folder.

A seccomp filter stops the program only at the listed calls, so that it runs at nearly full speed.
At a stop, a signal is sent, or the call fails with an error or gets fewer bytes than requested, by the
kernel itself, so that short writes are real ones. Linux on x86-64 only. Call `trace` from a process with one
thread, as in tests.faults.workers.
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.faults import forked
from tests.faults.kernel import (
    ANY_THREAD,
    AT_FDCWD,
    BY_FD,
    BY_FOLDER,
    BY_PATH,
    CONT,
    CREAT,
    EVENT_SECCOMP,
    EXITKILL,
    FORKS_AND_EXEC,
    GETREGS,
    NAMES,
    SECCOMP,
    SETOPTIONS,
    SETREGS,
    TMPFILE,
    TRACEME,
    WRITING,
    Program,
    Registers,
    libc,
    program_for,
)


class Call(NamedTuple):
    """One call that touched the folder: its name, and the last part of the path it touched."""

    name: str
    file: str

    def __str__(self) -> str:
        return f"{self.name} {self.file}"


class Action(NamedTuple):
    """What happens at a call: a ``signal`` to the process, an ``error``, or ``short`` for fewer bytes."""

    kind: str
    number: int

    def __str__(self) -> str:
        if self.kind == "signal":
            return signal.Signals(self.number).name
        return f"{os.strerror(self.number) if self.kind == 'error' else self.number} ({self.kind})"


class Traced(NamedTuple):
    """How a run ended, as `subprocess` reports it, its output, and its calls."""

    code: int
    out: str
    err: str
    calls: tuple[Call, ...]


def trace(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    at: Mapping[int, Action] | None = None,
    always: Mapping[str, Action] | None = None,
    watched: Collection[str] = WRITING,
    seconds: int = 60,
) -> Traced:
    """Run ``command`` with ``folder`` as its working directory; return how it ended.

    ``at`` gives what happens at the call of this number, counted from 0 over all threads; ``always`` what
    happens at every call of a name. Printing counts as a call too: ``write`` to ``stdout``.
    """
    run = _Run(folder, at or {}, always or {})
    if forked.may_fork(command, environment):
        forked.prepare()
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(seconds)
    out, err = os.memfd_create("stdout"), os.memfd_create("stderr")
    try:
        code = run.follow(_start(command, folder, environment, program_for(watched), out, err))
        return Traced(code, _content(out), _content(err), tuple(run.calls))
    finally:
        signal.alarm(0)
        os.close(out)
        os.close(err)


def _content(fd: int) -> str:
    return os.pread(fd, 1 << 20, 0).decode(errors="replace")


def _start(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    program: Program,
    out: int,
    err: int,
) -> int:
    """Fork a process that stops as soon as it runs ``command``; return its number."""
    child = os.fork()
    if child:
        return child
    try:
        os.chdir(folder)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        for number in (signal.SIGINT, signal.SIGALRM, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        libc.ptrace(TRACEME, 0, None, None)
        os.kill(os.getpid(), signal.SIGSTOP)  # until the options are set by which the filter stops it
        libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
        libc.prctl(22, 2, ctypes.byref(program), 0, 0)  # PR_SET_SECCOMP
        if forked.may_fork(command, environment):
            forked.run(command, environment)
        os.execve(command[0], list(command), dict(environment))  # noqa: S606
    finally:
        os._exit(99)


class _Run:
    """One traced process with all of its threads and children."""

    def __init__(self, folder: Path, at: Mapping[int, Action], always: Mapping[str, Action]) -> None:
        self.calls: list[Call] = []
        self._folder = os.path.realpath(folder)
        self._at = at
        self._always = always
        self._leader = 0

    def follow(self, leader: int) -> int:
        """Let the process run to its end; return how it ended."""
        self._leader, code, seen = leader, 0, set[int]()
        while True:
            try:
                number, status = os.waitpid(-1, ANY_THREAD)
            except ChildProcessError:
                return code
            if not os.WIFSTOPPED(status):
                if number == leader:
                    code = os.waitstatus_to_exitcode(status)
                continue
            stop, event = os.WSTOPSIG(status), status >> 16
            if number == leader and number not in seen:
                options = SECCOMP | EXITKILL | FORKS_AND_EXEC
                libc.ptrace(SETOPTIONS, number, None, options)
                stop = 0
            elif event or (number not in seen and stop == signal.SIGSTOP):
                if event == EVENT_SECCOMP:
                    self._stopped(number)
                stop = 0
            seen.add(number)
            libc.ptrace(CONT, number, None, stop)

    def _stopped(self, thread: int) -> None:
        """Record a call that is about to happen, and disturb it if its number is due."""
        registers = Registers()
        libc.ptrace(GETREGS, thread, None, ctypes.addressof(registers))
        call = self._call(thread, registers)
        if call is None:
            return
        actions = [
            self._always.get(call.name),
            self._at.get(len(self.calls)),
        ]  # the error of the latter is raised
        self.calls.append(call)
        for action in actions:
            if action is not None:
                self._interfere(action, registers)
        libc.ptrace(SETREGS, thread, None, ctypes.addressof(registers))

    def _interfere(self, action: Action, registers: Registers) -> None:
        if action.kind == "signal":
            os.kill(self._leader, action.number)
        elif action.kind == "error":  # -1 is no call, so this register is its result
            registers.orig_rax, registers.rax = 2**64 - 1, 2**64 - action.number
        elif action.kind == "short":
            registers.rdx = min(registers.rdx, action.number)

    def _call(self, thread: int, registers: Registers) -> Call | None:
        """Return the call that a thread stopped at, if it touches the folder or prints something."""
        name = NAMES[registers.orig_rax]
        if name in BY_FD:
            path = _link(thread, f"fd/{registers.rdi}")
            if registers.rdi in {1, 2} and name == "write" and path.startswith("/memfd:std"):
                return Call(name, path[len("/memfd:") :].split(" ")[0])
        elif name in BY_PATH:
            path = _path(thread, AT_FDCWD, registers.rsi if name == "rename" else registers.rdi)
        elif name in BY_FOLDER:
            path = _path(thread, registers.rdi, registers.rsi)
        else:
            path = _path(thread, registers.rdx, registers.r10)
        if path != self._folder and not path.startswith(f"{self._folder}/"):
            return None
        if name == "openat" and registers.rdx & TMPFILE == TMPFILE:
            name = "openat O_TMPFILE"
        elif name == "openat" and registers.rdx & CREAT:
            name = "openat O_CREAT"
        return Call(name, os.path.basename(path))


def _link(thread: int, name: str) -> str:
    try:
        return os.readlink(f"/proc/{thread}/{name}")
    except OSError:
        return ""


def _path(thread: int, folder: int, address: int) -> str:
    """Return the absolute path of a call's argument."""
    with open(f"/proc/{thread}/mem", "rb", buffering=0) as memory:
        memory.seek(address)
        room = 4096 - address % 4096  # the next page may not be there
        text = memory.read(room)
        if b"\0" not in text:
            text += memory.read(4096)
    name = os.fsdecode(text.split(b"\0")[0])
    number = ctypes.c_int(folder & 0xFFFFFFFF).value
    where = _link(thread, "cwd" if number == AT_FDCWD else f"fd/{number}")
    return os.path.normpath(os.path.join(where, name))
