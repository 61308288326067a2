// Comfort only: every page works without this module.

document.documentElement.classList.add("js");

// Main menu on a narrow screen: folded under a button.
const button = document.querySelector("[data-menu-button]");
if (button) {
  const list = document.getElementById(button.getAttribute("aria-controls"));
  button.hidden = false;
  const show = (open) => {
    button.setAttribute("aria-expanded", String(open));
    list.classList.toggle("open", open);
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  list.parentElement.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && list.classList.contains("open")) {
      show(false);
      button.focus();
    }
  });
}

// Menus made of <details>: Escape and a click elsewhere close them.
for (const menu of document.querySelectorAll("details[data-menu]")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

// A form in error: the summary takes the focus, and its links lead to the fields.
// The address may still hold the place of a link followed before sending: that place must not win.
const summary = document.querySelector("[data-focus]");
if (summary) {
  summary.focus();
  if (location.hash) {
    history.replaceState(history.state, "", location.pathname + location.search);
    addEventListener("load", () => summary.focus());
  }
}

// The button that was pressed stays pressed: one click, one sending.
for (const form of document.querySelectorAll('main form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A table that fits needs no scrolling of its own: its head then sticks to the top of the window.
const fitting = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    target.classList.toggle("fits", target.firstElementChild.scrollWidth <= target.clientWidth);
  }
});
for (const region of document.querySelectorAll(".table-region")) fitting.observe(region);

// Buttons that print.
for (const printer of document.querySelectorAll("[data-print]")) {
  printer.hidden = false;
  printer.addEventListener("click", () => window.print());
}
