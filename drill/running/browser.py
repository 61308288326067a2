"""A browser of one person, small enough for fifty of them: cookies, a form sent, how long the answer took."""

import secrets
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from time import perf_counter
from urllib.parse import urlencode, urlsplit

# What a server that dies or is not there yet gives.
BROKEN = (OSError, HTTPException)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str
    seconds: float


class Browser:
    def __init__(self, base: str, cookies: dict[str, str] | None = None, patience: float = 60):
        self.host = urlsplit(base).netloc
        self.patience = patience
        # The secret of the cookie sent back in the form is what the site compares: it may be ours.
        self.cookies = {"csrftoken": secrets.token_hex(16), **(cookies or {})}

    def get(self, path: str) -> Answer:
        return self._asked("GET", path, None)

    def post(self, path: str, fields: dict) -> Answer:
        return self._asked("POST", path, urlencode({"csrfmiddlewaretoken": self.cookies["csrftoken"], **fields}, True))

    def sign_in(self, account: dict) -> Answer:
        """Of somebody of whom no second factor is asked."""
        return self.post("/compte/connexion/", {"login": account["login"], "password": account["password"]})

    def _asked(self, method: str, path: str, body: str | None) -> Answer:
        connection = HTTPConnection(self.host, timeout=self.patience)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = perf_counter()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            connection.close()
        for _, written in filter(lambda one: one[0].lower() == "set-cookie", response.getheaders()):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(written).items()}
        return Answer(response.status, dict(response.getheaders()), text, perf_counter() - started)
