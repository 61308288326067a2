import io
import zipfile
import zlib

import pytest

from tests.workbooks.files import contents, zipped
from workbooks.patch import Archive, Damaged, Publication, patch

PARTS = {"a.xml": b"<a/>" * 5000, "é/b.bin": bytes(range(256)) * 40, "c.xml": b"<c/>"}


@pytest.fixture
def source(tmp_path):
    return zipped(tmp_path / "source.zip", PARTS)


def patched(source, target, replace, drop=()):
    with Archive(source) as archive, Publication(target) as file:
        patch(archive, file, replace, drop)
    return target


def raw(path, name):
    with Archive(path) as archive:
        return b"".join(archive.raw(archive[name]))


def test_other_parts_keep_their_compressed_bytes_and_their_order(source, tmp_path):
    target = patched(source, tmp_path / "target.zip", {"c.xml": b"<new/>"})
    assert contents(target) == PARTS | {"c.xml": b"<new/>"}
    assert list(contents(target)) == list(PARTS)
    assert raw(target, "a.xml") == raw(source, "a.xml")
    assert raw(target, "é/b.bin") == raw(source, "é/b.bin")


def test_parts_are_streamed_added_and_dropped(source, tmp_path):
    blocks = (b"%d," % number for number in range(100_000))
    target = patched(source, tmp_path / "target.zip", {"new.txt": blocks}, drop=["c.xml"])
    found = contents(target)
    assert list(found) == ["a.xml", "é/b.bin", "new.txt"]
    assert found["new.txt"].endswith(b"99998,99999,")
    assert zipfile.ZipFile(target).testzip() is None


def test_parts_written_with_a_descriptor_are_copied_without(tmp_path):
    class Unseekable(io.BytesIO):
        def seekable(self):
            return False

        def tell(self):
            raise OSError

    pipe = Unseekable()
    zipped(pipe, PARTS)
    source = tmp_path / "source.zip"
    source.write_bytes(pipe.getvalue())
    target = patched(source, tmp_path / "target.zip", {"c.xml": b"<new/>"})
    assert contents(target) == PARTS | {"c.xml": b"<new/>"}
    assert zipfile.ZipFile(target).infolist()[0].flag_bits & 0x08 == 0


def test_same_parts_give_same_bytes(source, tmp_path):
    first = patched(source, tmp_path / "1.zip", {"c.xml": b"<new/>"})
    second = patched(source, tmp_path / "2.zip", {"c.xml": b"<new/>"})
    assert first.read_bytes() == second.read_bytes()


def test_failure_leaves_the_former_file_and_nothing_else(source, tmp_path):
    target = tmp_path / "target.zip"
    target.write_bytes(b"former")

    def failing():
        yield b"some"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        patched(source, target, {"c.xml": failing()})
    assert target.read_bytes() == b"former"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source.zip", "target.zip"]


def test_part_longer_than_announced_is_damaged(tmp_path):
    """The directory promises ten bytes and their sum; the stream holds a million."""
    path = zipped(tmp_path / "liar.zip", {"a.xml": b"x" * 1_000_000})
    data = bytearray(path.read_bytes())
    directory = data.rfind(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    data[directory + 16 : directory + 20] = zlib.crc32(b"x" * 10).to_bytes(4, "little")
    path.write_bytes(data)
    with Archive(path) as archive, pytest.raises(Damaged):
        archive.read("a.xml")


def test_wrong_sum_is_damaged(source):
    data = bytearray(source.read_bytes())
    directory = data.find(b"PK\x01\x02")
    data[directory + 16] ^= 1
    source.write_bytes(data)
    with Archive(source) as archive, pytest.raises(Damaged):
        archive.read("a.xml")
