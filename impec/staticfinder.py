"""Bootstrap's two minified files, taken from the installed package: nothing vendored, nothing else published."""

from pathlib import Path

from bootstrap_wrapper import get_bootstrap_dir
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

PUBLISHED = ("css/bootstrap.min.css", "js/bootstrap.bundle.min.js")
SOURCE_MAPS = (b"/*# sourceMappingURL=", b"//# sourceMappingURL=")


class BootstrapStorage(FileSystemStorage):
    """The package's folder, read without the closing comment that names a source map we do not publish."""

    def _open(self, name, mode="rb"):
        content = Path(self.path(name)).read_bytes()
        for mark in SOURCE_MAPS:
            content = content.partition(mark)[0]
        return ContentFile(content, name=name)


class BootstrapFinder(BaseFinder):
    def __init__(self, app_names=None, *args, **kwargs):
        self.storage = BootstrapStorage(location=get_bootstrap_dir())
        # collectstatic files them under static/bootstrap/
        self.storage.prefix = "bootstrap"

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        name = path.removeprefix("bootstrap/")
        found = self.storage.path(name) if name != path and name in PUBLISHED else None
        if find_all:
            return [found] if found else []
        return found

    def list(self, ignore_patterns):
        for name in PUBLISHED:
            yield name, self.storage
