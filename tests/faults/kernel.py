"""Linux on x86-64 for the tracer: system call numbers, registers, and seccomp filters."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Collection

SUPPORTED = sys.platform == "linux" and os.uname().machine == "x86_64"

BY_FD = {
    "close": 3,
    "fallocate": 285,
    "fchmod": 91,
    "fdatasync": 75,
    "fsync": 74,
    "ftruncate": 77,
    "getdents64": 217,
    "pread64": 17,
    "pwrite64": 18,
    "pwritev": 296,
    "sync_file_range": 277,
    "read": 0,
    "write": 1,
    "writev": 20,
}
BY_PATH = {"chmod": 90, "mkdir": 83, "open": 2, "rename": 82, "rmdir": 84, "unlink": 87}
BY_FOLDER = {"fchmodat": 268, "mkdirat": 258, "openat": 257, "unlinkat": 263}
BY_NEW_NAME = {"linkat": 265, "renameat": 264, "renameat2": 316}
WRITING = frozenset(
    {*BY_FD, *BY_PATH, *BY_FOLDER, *BY_NEW_NAME}
    - {"close", "getdents64", "open", "openat", "pread64", "read"}
)
"""The calls that change something; openat is always watched if it creates a file."""

ALL = frozenset({*BY_FD, *BY_PATH, *BY_FOLDER, *BY_NEW_NAME})

NAMES = {number: name for table in (BY_FD, BY_PATH, BY_FOLDER, BY_NEW_NAME) for name, number in table.items()}

# fmt: off
_REGISTERS = (
    "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi",
    "orig_rax", "rip", "cs", "eflags", "rsp", "ss", "fs_base", "gs_base", "ds", "es", "fs", "gs",
)
# fmt: on
AT_FDCWD = -100
TMPFILE, CREAT = 0o20000000, 0o100

TRACEME, CONT, GETREGS, SETREGS, SETOPTIONS = 0, 7, 12, 13, 0x4200
EVENT_SECCOMP = 7
FORKS_AND_EXEC = 0x2 | 0x4 | 0x8 | 0x10
SECCOMP, EXITKILL = 0x80, 0x100000
ANY_THREAD = 0x40000000  # __WALL


class Registers(ctypes.Structure):
    """The registers of a thread: ``orig_rax`` holds the call's number, ``rdi`` and the following its arguments."""

    _fields_ = [(name, ctypes.c_ulonglong) for name in _REGISTERS]


class _Instruction(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_ushort),
        ("then", ctypes.c_ubyte),
        ("otherwise", ctypes.c_ubyte),
        ("value", ctypes.c_uint),
    ]


class Program(ctypes.Structure):
    """A seccomp filter in the kernel's format."""

    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction))]


libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def program_for(watched: Collection[str]) -> Program:
    """Return a filter that stops the process at these calls and allows all others."""
    load, equal, any_bit, give, allow, stop = 0x20, 0x15, 0x45, 0x06, 0x7FFF0000, 0x7FF00000
    numbers = sorted(number for number, name in NAMES.items() if name in watched)
    lines = [(load, 0, 0, 4), (equal, 0, len(numbers) + 4, 0xC000003E), (load, 0, 0, 0)]
    lines += [(equal, len(numbers) - index + 3, 0, number) for index, number in enumerate(numbers)]
    # Of all opened files, those that the call creates are recognized by its flags.
    lines += [(equal, 0, 2, BY_FOLDER["openat"]), (load, 0, 0, 32), (any_bit, 1, 0, TMPFILE | CREAT)]
    lines += [(give, 0, 0, allow), (give, 0, 0, stop)]
    array = (_Instruction * len(lines))(*(_Instruction(*line) for line in lines))
    return Program(len(lines), array)
