"""A mail server small enough to be down: it takes every message and keeps its Message-ID."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesHeaderParser


class Session(socketserver.StreamRequestHandler):
    """What RFC 5321 asks of a server that refuses nothing."""

    def handle(self):
        self.say("220 exercice")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say("354 continuez")
                self.server.received.append(self.message_id())
            elif verb == b"QUIT":
                self.say("221 au revoir")
                return
            self.say("250 bien")

    def message_id(self) -> str:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return BytesHeaderParser().parsebytes(b"".join(lines))["Message-ID"]

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int):
        self.received: list[str] = []
        super().__init__(("127.0.0.1", port), Session)


@contextmanager
def mailbox(port: int) -> Iterator[list[str]]:
    """The Message-ID of each message taken, as they come."""
    with Server(port) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.received
        finally:
            server.shutdown()
