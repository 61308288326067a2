"""Service workers: each stands beside the pages that it keeps, where from the static files it could not."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.templatetags.static import static


def worker_script(name: str) -> HttpResponse:
    """The script of that static file; `{keeper}` in it is the address of what all workers share."""
    script = Path(finders.find(name)).read_text(encoding="utf-8")
    script = script.replace("{keeper}", static("accounts/page-keeper.js"))
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})
