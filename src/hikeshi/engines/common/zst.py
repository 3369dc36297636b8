"""Zstandard, in which newer systems rotate their logs: Python's own from 3.14 on, before that py7zr's part for it."""

from __future__ import annotations

import io
import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Error = zstd.ZstdError


def opened(packed: io.BufferedIOBase) -> io.BufferedIOBase:
    """The stream unpacked as it is read; a window above 128 MB is refused, so that its memory is bounded."""
    return zstd.ZstdFile(packed, options={zstd.DecompressionParameter.window_log_max: 27})
