// A button that prints: it shows itself, so that without script nobody presses in vain.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
