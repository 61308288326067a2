// The sheet of the month on a telephone: without this module it is a plain form; with it, what is sent waits on this
// telephone while the network is away, and leaves by itself, once.

import { store, uuid } from "../accounts/waiting.js";

const queue = store("impec-sheets");
const root = document.querySelector("[data-sheets]");
const { owner, state, worker } = root.dataset;
const isOwnPhone = "known" in root.dataset;
const line = root.querySelector("[data-queue]");
const told = root.querySelector("[data-told]");
const form = root.querySelector("[data-sheet-form]");
const session = { token: document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "" };

// --- To send ---

async function flush() {
  if (!(await queue.exists())) return "";
  return queue.alone(async () => {
    for (const item of await queue.all()) {
      if (item.owner !== owner && owner) continue;
      if (item.blocked) continue;
      const answer = await post(item);
      if (answer.trouble) return answer.trouble;
      if (answer.message) await queue.change({ ...item, blocked: answer.message });
      else await queue.remove(item);
    }
    return "";
  });
}

async function post(item, again = true) {
  let response;
  try {
    const body = new URLSearchParams([...item.fields, ["sent_at", new Date().toISOString()]]);
    const headers = { Accept: "application/json", "X-CSRFToken": session.token };
    response = await fetch(item.url, { method: "POST", redirect: "manual", headers, body });
  } catch {
    return { trouble: "network" };
  }
  if (response.status === 403) {
    // The page was kept from an earlier session: its token is asked for again, once.
    if (again && (await renew())) return post(item, false);
    return { trouble: "session" };
  }
  const found = await response.json().catch(() => ({}));
  if (response.status === 401) return { trouble: found.closed ? "closed" : "session" };
  if (response.ok) return found;
  if (response.status === 409) return { message: found.message };
  return { trouble: "later" };
}

async function renew() {
  const response = await fetch(state).catch(() => undefined);
  if (!response?.ok) return false;
  session.token = (await response.json()).token;
  return true;
}

// --- What is said ---

const WORDS = {
  network: "Enregistré sur ce téléphone, partira tout seul",
  session: "Enregistré sur ce téléphone : ouvrez votre lien pour l'envoyer",
  later: "Enregistré sur ce téléphone : le service ne répond pas, nouvel essai bientôt",
};

async function tell(trouble) {
  if (trouble === "closed") return wipe();
  const items = (await queue.exists()) ? await queue.all() : [];
  const waiting = items.filter((item) => !item.blocked).length;
  line.toggleAttribute("data-waiting", waiting > 0);
  const count = waiting > 1 ? `${waiting} fiches attendent.` : "1 fiche attend.";
  line.textContent = waiting ? `${WORDS[trouble || "later"]}. ${count}` : "";
  told.replaceChildren(...items.filter((item) => item.blocked).map(refused));
}

// A sheet that cannot be received stays here, with the reason, until somebody decides.
function refused(item) {
  const box = document.createElement("div");
  box.className = "notice notice-warning";
  const text = document.createElement("p");
  text.textContent = `La fiche de ${item.name} n'a pas pu être reçue : ${item.blocked}`;
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "btn btn-outline-primary";
  drop.textContent = "Ne plus la garder";
  drop.addEventListener("click", async () => {
    await queue.remove(item);
    await tell("");
  });
  box.append(text, drop);
  return box;
}

// This telephone is no longer known: nothing of anybody stays on it.
async function wipe() {
  const lost = (await queue.all()).length;
  await queue.wipe();
  await caches.delete("impec-sheets");
  line.toggleAttribute("data-waiting", false);
  const what = lost > 1 ? `${lost} fiches non envoyées sont` : "1 fiche non envoyée est";
  line.textContent = "Ce téléphone n'est plus reconnu : il ne garde plus rien. ";
  if (lost) line.textContent += `${what} à refaire.`;
  form?.remove();
}

// --- The page ---

let flushing;
function send() {
  flushing ??= flush()
    .then(async (trouble) => {
      await tell(trouble);
      return trouble;
    })
    .finally(() => (flushing = undefined));
  return flushing;
}

if (form) {
  const nothing = form.elements.nothing_new;
  // « Rien de nouveau » and a level that moved cannot both be true: the last gesture is right.
  form.addEventListener("change", ({ target }) => {
    if (target.name.startsWith("niveau_")) nothing.checked = false;
    if (target === nothing && nothing.checked) {
      for (const was of form.querySelectorAll("input[name^=etait_]")) {
        form.querySelector(`[name="${was.name.replace("etait", "niveau")}"][value="${was.value}"]`).checked = true;
      }
    }
  });
  const isComplete = (submitter) => submitter?.name === "absent" || form.querySelector("[name=mood]:checked");
  form.addEventListener("submit", async (event) => {
    // What is missing is said by the service, in one place; without network, by the browser.
    if (!isComplete(event.submitter)) {
      if (navigator.onLine) return;
      event.preventDefault();
      line.textContent = "Touchez « tout va bien », « à suivre » ou « difficulté ».";
      form.querySelector("[name=mood]").focus();
      return;
    }
    event.preventDefault();
    const fields = [...new FormData(form, event.submitter)].filter(([name]) => name !== "csrfmiddlewaretoken");
    const facts = { request_id: uuid(), device_id: await queue.device(), typed_at: new Date().toISOString() };
    const kept = fields.filter(([name]) => !(name in facts) && name !== "sent_at");
    const item = { owner, url: form.action, name: form.dataset.name, fields: [...kept, ...Object.entries(facts)] };
    await queue.add(item);
    await flushing;
    const trouble = await send();
    if (trouble === "closed") return;
    const left = (await queue.all()).filter((one) => one.fields.some(([, value]) => value === facts.request_id));
    if (!left.length) location.assign(form.dataset.done);
    else if (!left[0].blocked) after();
    // Refused: what was typed is still on the page, and the reason stands above.
    else {
      await queue.remove(left[0]);
      told.scrollIntoView();
    }
  });
}

// Kept for later: the next person, without network too.
function after() {
  form.hidden = true;
  root.querySelector("[data-after]").hidden = false;
  line.tabIndex = -1;
  line.focus();
}

const leaving = document.querySelector("[data-leave]");
leaving?.addEventListener("submit", async (event) => {
  if (leaving.dataset.sure) return;
  event.preventDefault();
  await send();
  const waiting = (await queue.exists()) ? (await queue.all()).length : 0;
  leaving.dataset.sure = "yes";
  delete leaving.dataset.sent;
  if (!waiting) {
    leaving.requestSubmit();
    return;
  }
  line.textContent = `Sortir effacerait ce qui n'est pas envoyé (${waiting}). Touchez encore pour sortir quand même.`;
});

addEventListener("online", send);
setInterval(() => line.hasAttribute("data-waiting") && send(), 15000);
send().catch(() => {
  // A browser that keeps nothing has nothing to send.
});

if (isOwnPhone && "serviceWorker" in navigator) {
  const addresses = (root.dataset.addresses ?? "").split(" ").filter(Boolean);
  const parts = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname);
  const wanted = [...addresses, ...parts.filter((part) => part.startsWith("/static/"))];
  navigator.serviceWorker
    .register(worker)
    .then(() => navigator.serviceWorker.ready)
    .then(({ active }) => active.postMessage({ keep: wanted }))
    .catch(() => {
      // Without it the page is still there; it only needs the network to open.
    });
}
