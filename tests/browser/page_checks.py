"""What every page of the house owes to whoever opens it, written once."""

# Where the focus stands, and whether it can be seen: an outline of its own, inside the window, not under a sticky bar.
FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 10), 0), innerHeight - 1);
  const words = element.getAttribute("aria-label") || element.innerText || element.name || "";
  const name = `${element.tagName.toLowerCase()} ${words.trim().slice(0, 60)}`;
  const above = document.elementFromPoint(x, y);
  return {
    name,
    place: [...document.querySelectorAll("*")].indexOf(element),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    within: box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0,
    covered: Boolean(above) && !element.contains(above) && !above.contains(element) && !above.closest("label"),
  };
}"""
# The page and all its parts but its icon are on the device. Asked again and again here, for ten seconds: a wait for a
# function takes the promise of an answer for a yes.
KEPT = """async () => {
  const kept = async () => {
    if (navigator.serviceWorker.controller?.state !== "activated") return false;
    const names = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname);
    const icon = new URL(document.querySelector("link[rel~=icon]").href).pathname;
    const parts = names.filter((name) => name.startsWith("/static/") && name !== icon);
    const needed = [location.pathname, ...parts];
    const found = await Promise.all(needed.map((name) => caches.match(name, { ignoreVary: true })));
    return found.every(Boolean);
  };
  for (let turn = 0; turn < 200; turn += 1) {
    if (await kept()) return true;
    await new Promise((again) => setTimeout(again, 50));
  }
  return false;
}"""
# What Tab must reach: all that acts and is shown.
CONTROLS = """() => {
  const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true });
  const radios = new Set();
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((element) => shown(element) && !element.matches(":disabled") && element.type !== "hidden")
    .filter((element) => {
      if (element.type !== "radio") return true;
      const group = `${element.form ? [...document.forms].indexOf(element.form) : ""} ${element.name}`;
      return !radios.has(group) && radios.add(group);
    })
    .map((element) => [...document.querySelectorAll("*")].indexOf(element));
}"""
# The keyboard starts again from the top of the page.
FROM_THE_TOP = """() => {
  scrollTo(0, 0);
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}"""
# The text spacing of WCAG 1.4.12; a sheet made by script is not an inline style.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-bottom: 2em !important; }
  `);
  document.adoptedStyleSheets = [sheet];
}"""
MOST_TABS = 200


def sideways(page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)")


def sideways_with_spaced_text(page) -> int:
    page.evaluate(SPACED)
    found = sideways(page)
    page.evaluate("document.adoptedStyleSheets = []")
    return found


def keyboard_faults(page) -> list[str]:
    """Tab from the top: every control once, in the order of the page, with a focus that can be seen."""
    page.evaluate(FROM_THE_TOP)
    expected = page.evaluate(CONTROLS)
    seen, faults = [], []
    for _ in range(MOST_TABS):
        if len(seen) == len(expected):
            break
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None:
            break
        faults += [f"{focus['name']}: {fault}" for fault in _focus_faults(focus)]
        # The parts of a date field are several stops of one control.
        if seen[-1:] != [focus["place"]]:
            seen.append(focus["place"])
    if seen != expected[:MOST_TABS]:
        faults.append(f"Tab reached {len(seen)} of {len(expected)} controls, or in another order")
    return faults


def _focus_faults(focus):
    if not focus["outlined"]:
        yield "focus without outline"
    if not focus["within"]:
        yield "focus outside the window"
    if focus["covered"]:
        yield "focus hidden"


def skip_link_fault(page) -> str:
    """The first Tab offers the content, and Enter goes there."""
    page.evaluate(FROM_THE_TOP)
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.textContent") != "Aller au contenu":
        return "the first Tab does not offer the content"
    page.keyboard.press("Enter")
    landed = page.evaluate("document.activeElement.id")
    return "" if landed == "contenu" else f"the skip link leads to {landed or 'nowhere'}"


def is_kept(page):
    """The page opens again without network from now on."""
    assert page.evaluate(KEPT)
