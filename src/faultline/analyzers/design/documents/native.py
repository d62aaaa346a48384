"""What Python has no word for: where the bytes of a view lie in memory, and a library that prints to standard error."""

from __future__ import annotations

import ctypes
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _View(ctypes.Structure):
    """`Py_buffer` of the stable ABI."""

    _fields_ = (
        ("address", ctypes.c_void_p),
        ("owner", ctypes.py_object),
        ("length", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    )


_get = ctypes.pythonapi.PyObject_GetBuffer
_get.argtypes = (ctypes.py_object, ctypes.POINTER(_View), ctypes.c_int)
_release = ctypes.pythonapi.PyBuffer_Release
_release.argtypes = (ctypes.POINTER(_View),)


class Addresses:
    """Tells where views lie; not for several threads at once, for all look through one buffer."""

    def __init__(self) -> None:
        self._view = _View()

    def of(self, view: Any) -> int:
        """The address of the first byte; 0 where there is none."""
        _get(view, ctypes.byref(self._view), 0)
        address = self._view.address or 0
        _release(ctypes.byref(self._view))
        return address


_stderr = threading.Lock()


@contextmanager
def quiet() -> Iterator[None]:
    """Keep from the terminal what rapidyaml prints, from C++, about a text that it refuses.

    What others write to standard error meanwhile is passed on when it is over.
    """
    with _stderr, tempfile.TemporaryFile() as said:
        try:
            real = os.dup(2)
        except OSError:  # There is no standard error.
            yield
            return
        try:
            os.dup2(said.fileno(), 2)
            yield
        finally:
            os.dup2(real, 2)
            said.seek(0)
            others = [
                line for line in said if not line.startswith((b"line=", b"ERROR:")) and b"(detected here)" not in line
            ]
            os.write(real, b"".join(others))
            os.close(real)
