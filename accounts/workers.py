"""Service workers: each stands beside the pages that it keeps, where from the static files it could not."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse


def worker_script(name: str) -> HttpResponse:
    """The script of that static file after what all workers share: one text, for a browser that starts a worker again
    without network cannot always fetch a second one."""
    script = "\n".join(_text(one) for one in ("accounts/page-keeper.js", name))
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


def _text(name: str) -> str:
    return Path(finders.find(name)).read_text(encoding="utf-8")
