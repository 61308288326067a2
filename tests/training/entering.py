"""How a trainee without account enters: the link of her mail, then one button."""

import re

from django.urls import reverse

from accounts.models import Message


def ask(client, email="amina@courriel.example"):
    return client.post(reverse("training:ask_link"), {"email": email})


def link_in_mail():
    return re.search(r"http://testserver(\S+)", Message.objects.latest("pk").body)[1]


def go_in(client, **sent):
    ask(client)
    client.get(link_in_mail())
    return client.post(reverse("training:enter"), sent)
