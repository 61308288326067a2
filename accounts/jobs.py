"""Entry points for the queue: plain arguments, safe to run twice."""

from accounts import outbox


def send_message(message_id: int) -> bool:
    return outbox.send(message_id)
