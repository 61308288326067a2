"""What is kept of a file while it arrives."""

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """A file too big for any page: its start is kept, with its true size, by which the page refuses it."""

    def receive_data_chunk(self, raw_data, start):
        if start < settings.UPLOAD_KEPT:
            super().receive_data_chunk(raw_data, start)
