"""A file too big for any page is refused, and fills neither memory nor disk while it arrives."""

import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.uploads import BoundedUploadHandler
from imports.actions.receiving import LIMITS, PAYMENT_LIMITS
from workbooks.limits import MIB


@pytest.fixture
def handler():
    handler = BoundedUploadHandler()
    handler.new_file("file", "gros.xlsx", "application/octet-stream", None)
    yield handler
    handler.file.close()


def receive(handler, chunks):
    for number, chunk in enumerate(chunks):
        assert handler.receive_data_chunk(chunk, number * MIB) is None
    return handler.file_complete(number * MIB + len(chunk))


def test_the_start_of_a_file_too_big_is_kept_with_its_true_size(handler, settings):
    settings.UPLOAD_KEPT = 3 * MIB
    file = receive(handler, [b"0" * MIB] * 40)
    assert file.size == 40 * MIB
    assert os.path.getsize(file.temporary_file_path()) == 3 * MIB


def test_a_file_that_a_page_may_accept_is_whole(handler, settings):
    assert max(LIMITS.max_bytes, PAYMENT_LIMITS.max_bytes) < settings.UPLOAD_KEPT
    file = receive(handler, [b"1" * MIB] * 5)
    assert (file.size, len(file.read())) == (5 * MIB, 5 * MIB)


def test_the_page_refuses_it_by_its_true_size(client_of, claire, settings):
    settings.UPLOAD_KEPT = 4 * MIB
    file = SimpleUploadedFile("gros.xlsx", b"PK\x03\x04" + b"\0" * 6 * MIB)
    page = client_of(claire).post(reverse("imports:upload"), {"file": file})
    assert page.status_code == 200
    assert "Ce fichier dépasse 5 Mo" in page.content.decode()
