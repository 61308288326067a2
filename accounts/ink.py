"""The drawing of a signature: a small PNG with something drawn on it, judged from its bytes. No Django here."""

import binascii
import struct
import zlib
from collections.abc import Iterator

MOST_BYTES = 60_000
MOST_PIXELS = 2_000
HEADER = b"\x89PNG\r\n\x1a\n"
# Samples a pixel, by type of colour.
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# A blank sheet has one kind of row, and a first one: a line drawn on it has more.
ROWS_OF_A_BLANK = 3

NOT_AN_IMAGE = "Le tracé reçu n'est pas une image PNG : effacez, puis signez à nouveau."
TOO_BIG = "Le tracé dépasse 60 ko : effacez, puis signez plus simplement."
BLANK = "Le tracé est vide : signez dans le cadre, ou écrivez votre nom."


def fault_of(image: bytes) -> str:
    """What is wrong with a drawing, in French; nothing when it can be kept."""
    if len(image) > MOST_BYTES:
        return TOO_BIG
    try:
        rows = _rows(image)
    except (ValueError, struct.error, zlib.error):
        return NOT_AN_IMAGE
    return BLANK if len(set(rows)) <= ROWS_OF_A_BLANK else ""


def _rows(image: bytes) -> list[bytes]:
    parts = list(_parts(image))
    if not parts or parts[0][0] != b"IHDR" or parts[-1][0] != b"IEND":
        raise ValueError("no header or no end")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS) or colour not in SAMPLES or interlaced:
        raise ValueError("not a drawing")
    row = 1 + (width * SAMPLES[colour] * depth + 7) // 8
    # Never more than the picture announces: a small file may unfold into gigabytes.
    data = zlib.decompressobj().decompress(b"".join(body for name, body in parts if name == b"IDAT"), row * height)
    if len(data) != row * height:
        raise ValueError("not as big as announced")
    return [data[start : start + row] for start in range(0, len(data), row)]


def _parts(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not image.startswith(HEADER):
        raise ValueError("not a PNG")
    place = len(HEADER)
    while place < len(image):
        length, name = struct.unpack_from(">I4s", image, place)
        body = image[place + 8 : place + 8 + length]
        (check,) = struct.unpack_from(">I", image, place + 8 + length)
        if check != binascii.crc32(name + body):
            raise ValueError("damaged")
        yield name, body
        place += 12 + length
