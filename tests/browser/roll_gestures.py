"""Gestures on the roll, written once."""


def sent(page):
    """All that was noted or drawn has left and was received."""
    page.locator("[data-roll-queue]:not([data-waiting])", has_text="Tout est envoyé").wait_for(state="attached")


def roll(half_day):
    return f"/socle/demi-journees/{half_day.pk}/appel/"


def mark(page, name, status):
    page.get_by_role("group", name=name).get_by_label(status, exact=True).check()


def draw(page, seed=0):
    """A line on the pad, another one for each person."""
    box = page.locator("dialog canvas").bounding_box()
    x, y = box["x"], box["y"]
    page.mouse.move(x + 20, y + 20 + seed)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + 20 + step * 25, y + 20 + (step % 2) * 40 + seed)
    page.mouse.up()


def sign(page, name, seed=0):
    """Three gestures: her name, her signature, « C'est moi »."""
    page.get_by_role("dialog").get_by_role("button", name=name).click()
    draw(page, seed)
    page.get_by_role("button", name="C'est moi").click()
    page.get_by_text("votre signature est gardée").wait_for()
