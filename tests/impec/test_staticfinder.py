"""Bootstrap's files: two, from the installed package, without the address of a map nobody serves."""

from io import StringIO

from django.contrib.staticfiles import finders
from django.core.management import call_command

from impec.staticfinder import PUBLISHED, BootstrapFinder


def test_collecting_publishes_two_files_of_bootstrap_and_no_source_map(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["impec.staticfinder.BootstrapFinder"]
    finders.get_finder.cache_clear()
    call_command("collectstatic", "--no-input", stdout=StringIO())
    collected = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert collected == {f"bootstrap/{name}" for name in PUBLISHED}
    assert not any(b"sourceMappingURL" in (tmp_path / name).read_bytes() for name in collected)


def test_the_published_files_are_found_by_their_address():
    assert finders.find("bootstrap/css/bootstrap.min.css").endswith("bootstrap.min.css")


def test_nothing_else_of_the_package_is_found():
    finder = BootstrapFinder()
    for address in (
        "css/bootstrap.min.css",
        "bootstrap/css/bootstrap.css",
        "bootstrap/../bootstrap/LICENSE",
        "bootstrap/",
    ):
        assert finder.find(address) is None
        assert finder.find(address, find_all=True) == []
