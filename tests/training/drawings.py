"""Drawings of signatures, as a pad sends them."""

import binascii
import struct
import zlib


def a_drawing(seed: int = 1, width: int = 120, height: int = 40) -> bytes:
    """A PNG in grey levels with a line of its own on it."""
    rows = []
    for y in range(height):
        row = bytearray(b"\xff" * width)
        row[(y * (seed % 3 + 1) + seed * 7) % width] = 0
        rows.append(b"\0" + bytes(row))
    return a_png(b"".join(rows), width, height)


def a_blank(width: int = 120, height: int = 40) -> bytes:
    return a_png((b"\0" + b"\xff" * width) * height, width, height)


def a_png(data: bytes, width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(data)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, body) for name, body in parts)


def _part(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", binascii.crc32(name + body))
