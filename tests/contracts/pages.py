"""What tests of pages share: an address, a form sent, a page as a person reads it."""

from django.urls import reverse


def url(name, *args):
    return reverse(f"contracts:{name}", args=args)


def sent(client, address, **values):
    """Posts, expects the act to be done, and returns the page one lands on."""
    answer = client.post(address, values, follow=True)
    assert answer.redirect_chain, answer.context["form"].errors
    return answer.content.decode()


def refused(client, address, **values):
    answer = client.post(address, values)
    assert answer.status_code == 200
    return answer.content.decode()


def told(page):
    """Without the marks of HTML and of typography."""
    return page.replace("&#x27;", "'").replace("\u00a0", " ").replace("\u202f", " ")


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return told(answer.content.decode())
