// What is typed is kept as a draft while one types. Without this module, the button does it.

const place = document.querySelector("[data-draft]");
if (place) {
  const form = place.closest("form");
  const told = place.querySelector('[role="status"]');
  const PAUSE = 1500;
  let timer;
  const keep = async () => {
    const typed = new FormData(form);
    typed.delete("garder");
    try {
      const answer = await fetch(place.dataset.draft, { method: "POST", body: typed });
      if (answer.status === 204) told.textContent = "Brouillon gardé.";
    } catch {
      told.textContent = "Le brouillon n'a pas pu être gardé : le réseau manque.";
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  // Sent for good: nothing to keep any more.
  form.addEventListener("submit", () => clearTimeout(timer));
}
