"""What is kept of a file while it arrives."""

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """A file too big for any page does not fill the disk: its start stays, with its true size, which the page refuses."""

    def receive_data_chunk(self, raw_data, start):
        if start < settings.UPLOAD_KEPT:
            super().receive_data_chunk(raw_data, start)
