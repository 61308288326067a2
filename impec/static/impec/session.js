// The sign-in session is about to end: said two minutes before, prolonged by one button, nothing typed is lost.

const MARGIN = 180; // seconds: the server notes a presence once a minute, so two minutes remain for sure
const SEEN = "impec-seen";
const box = document.querySelector("[data-session]");

if (box) {
  const quiet = (Number(box.dataset.session) - MARGIN) * 1000;
  const told = box.querySelector('[role="status"]');
  const note = () => localStorage.setItem(SEEN, String(Date.now()));
  // Another window of the same browser may have been used since.
  const silence = () => Date.now() - Number(localStorage.getItem(SEEN) || Date.now());
  const wait = () => setTimeout(look, Math.max(quiet - silence(), 1000));
  const look = () => {
    if (silence() < quiet) return wait();
    told.textContent = "";
    if (!box.open) box.showModal();
  };

  box.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      note();
      box.close();
      wait();
    } catch {
      told.textContent = "La session n'a pas pu être prolongée. Copiez votre saisie, puis connectez-vous à nouveau.";
    }
  });
  box.querySelector("[data-session-close]").addEventListener("click", () => box.close());
  note();
  wait();
}
