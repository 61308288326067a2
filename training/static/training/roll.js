// The roll on a tablet: without it the page is a plain form; with it the group signs on the tablet, and nothing is
// lost while the network is away. What is noted or drawn goes through queue.js, which sends it once.

import { Hands } from "./hands.js";
import * as queue from "./queue.js";

const EVERY = 5000; // who has signed is asked for as often
const root = document.querySelector("[data-roll]");
const { roll: half, owner, sendings, state, done, login, worker } = root.dataset;
const form = root.querySelector("[data-roll-form]");
const queueLine = root.querySelector("[data-roll-queue]");
const told = root.querySelector("[data-roll-told]");
const live = root.querySelector("[data-roll-live]");
const lines = [...root.querySelectorAll("[data-line]")];
const session = { token: form.elements.csrfmiddlewaretoken.value };
const signed = new Set(root.dataset.signed.split(" ").filter(Boolean).map(Number));
let trainerSigned = "trainer" in root.dataset;
let closing = false;
let seenAt = root.dataset.at;

// --- The lines ---

const pkOf = (line) => Number(line.dataset.line);
const fieldOf = (line, name) => line.querySelector(`[name="l${line.dataset.line}-${name}"]`);
const statusOf = (line) => line.querySelector("input[type=radio]:checked").value;
const isAbsent = (line) => ["ABSENT", "EXCUSED"].includes(statusOf(line));
const minutes = (line, name) => Number.parseInt(fieldOf(line, name).value, 10) || 0;

// As training/marks.py spells it.
function markOf(line) {
  const status = statusOf(line);
  const late = status === "LATE" ? minutes(line, "minutes_late") : 0;
  const early = status === "LEFT_EARLY" ? minutes(line, "minutes_early") : 0;
  const reason = isAbsent(line) ? fieldOf(line, "absence_reason").value : "";
  return `${status}.${late}.${early}.${reason}`;
}

function show(line, mark) {
  const [status, late, early, reason] = (mark || "PRESENT.0.0.").split(".");
  line.querySelector(`input[value="${status}"]`).checked = true;
  fieldOf(line, "minutes_late").value = Number(late) || "";
  fieldOf(line, "minutes_early").value = Number(early) || "";
  fieldOf(line, "absence_reason").value = reason;
}

const seen = (line) => fieldOf(line, "seen");
const changed = () => lines.filter((line) => markOf(line) !== seen(line).value);

function minutesAreRight() {
  for (const line of lines) {
    for (const input of line.querySelectorAll("input[type=number]")) {
      if (input.offsetParent && !input.reportValidity()) return false;
    }
  }
  return true;
}

function showSigned() {
  for (const line of lines) {
    line.querySelector("[data-signed]").hidden = !signed.has(pkOf(line));
  }
}

// --- To send ---

let adding = 0; // on their way to the storage
async function send({ signatures = [], closes = false } = {}) {
  const sent = changed().map((line) => ({ enrolment: pkOf(line), seen: seen(line).value, mark: markOf(line) }));
  if (!sent.length && !signatures.length && !closes) return;
  adding += 1;
  queueLine.toggleAttribute("data-waiting", true);
  const now = new Date().toISOString();
  const body = { request_id: queue.uuid(), device_id: await queue.device(), taken_at: now };
  const address = { url: sendings, state, roll: location.pathname };
  await queue.add({ owner, page: half, ...address, body: { ...body, lines: sent, signatures, closes } });
  adding -= 1;
  for (const one of sent) seen(lineOf(one.enrolment)).value = one.mark;
  await remember();
  await flush();
}

const lineOf = (pk) => lines.find((line) => pkOf(line) === pk);

// What this page knows and what was touched since: found again if the tablet goes off.
function remember() {
  const known = Object.fromEntries(lines.map((line) => [pkOf(line), seen(line).value]));
  const draft = Object.fromEntries(changed().map((line) => [pkOf(line), markOf(line)]));
  return queue.keepPage(half, { owner, at: seenAt, known, draft });
}

// One at a time; what is added meanwhile leaves just after.
let sending = null;
let again = false;
function flush() {
  again = Boolean(sending);
  sending ??= flushOnce().finally(() => {
    sending = null;
    if (again) flush();
  });
  return sending;
}

async function flushOnce() {
  const { answers, trouble } = await queue.flush(owner, session);
  for (const answer of answers) if (answer.item.page === half) await hear(answer);
  received ||= answers.length > 0;
  await tell(trouble);
}

async function hear({ item, outcome, known, at }) {
  seenAt = at;
  for (const text of queue.words(outcome)) say(text);
  const refused = new Set(outcome.refused.map((one) => one.enrolment));
  const conflicting = new Set(outcome.conflicts.map((one) => one.enrolment));
  for (const line of lines) {
    const pk = pkOf(line);
    if (await isWaiting(pk)) continue;
    const now = known[pk] ?? "";
    const untouched = markOf(line) === seen(line).value;
    if (refused.has(pk)) seen(line).value = now; // what was typed stays, to be corrected
    else if (untouched || conflicting.has(pk)) {
      if (now) show(line, now);
      seen(line).value = now;
    }
  }
  for (const { enrolment } of outcome.signatures_refused) {
    if (enrolment === null) trainerSigned = false;
    else signed.delete(enrolment);
  }
  showSigned();
  closing = closing && !item.body.closes;
  await remember();
  if (outcome.closed) location.assign(done);
}

async function isWaiting(pk) {
  return (await queue.all()).some((item) => item.page === half && item.body.lines.some((one) => one.enrolment === pk));
}

// --- What is said ---

function say(text) {
  const line = document.createElement("p");
  line.className = "notice notice-warning";
  line.textContent = text;
  told.append(line);
}

const TROUBLE = {
  network: "Pas de réseau",
  later: "Le service ne répond pas",
  session: "Votre session a expiré",
};

let received = false;
async function tell(trouble = "") {
  const items = await queue.all();
  const own = items.filter((item) => item.owner === owner);
  const waiting = own.filter((item) => !item.blocked);
  queueLine.replaceChildren();
  queueLine.toggleAttribute("data-waiting", own.length + adding > 0);
  if (waiting.length) {
    const count = waiting.length > 1 ? `${waiting.length} envois sont gardés` : "1 envoi est gardé";
    const why = TROUBLE[trouble] ?? "Envoi en cours";
    if (trouble === "session") {
      queueLine.append(`${why} : ${count} sur cet appareil, rien n'est perdu. `, link("Reconnectez-vous", login));
    } else {
      queueLine.append(`${why} : ${count} sur cet appareil. Rien n'est perdu, tout partira dès que possible.`);
    }
  } else if (received) queueLine.append("Tout est envoyé.");
  if (items.length > own.length) {
    queueLine.append(" Des envois d'une autre personne attendent ici : ils partiront quand elle se connectera.");
  }
  showBlocked(own.filter((item) => item.blocked));
}

function link(text, address) {
  const found = document.createElement("a");
  found.href = `${address}?next=${encodeURIComponent(location.pathname)}`;
  found.textContent = text;
  return found;
}

function showBlocked(items) {
  if (!items.length) return;
  const list = document.createElement("ul");
  list.className = "roll-kept";
  for (const item of items) {
    const line = document.createElement("li");
    line.append(`Envoi retenu : ${item.blocked} `);
    const again = button("Renvoyer", async () => {
      await queue.change({ ...item, blocked: "" });
      await flush();
    });
    const drop = button("Effacer de cet appareil", async () => {
      if (drop.dataset.sure) {
        await queue.remove(item);
        await tell();
      }
      drop.dataset.sure = "yes";
      drop.textContent = "Effacer pour de bon";
    });
    line.append(again, drop);
    list.append(line);
  }
  queueLine.append(list);
}

function button(text, act) {
  const found = document.createElement("button");
  found.type = "button";
  found.className = "btn btn-link";
  found.textContent = text;
  found.addEventListener("click", act);
  return found;
}

// --- The tablet in other hands ---

const hands = new Hands(root.querySelector("[data-roll-dialog]"), {
  people: () =>
    lines.filter((line) => !isAbsent(line)).map((line) => {
      const pk = pkOf(line);
      return { pk, name: line.dataset.name, first: line.dataset.first, signed: signed.has(pk) };
    }),
  onTrainee(signature) {
    signed.add(signature.enrolment);
    showSigned();
    send({ signatures: [signature] });
  },
  onTrainer(signatures) {
    trainerSigned ||= signatures.length > 0;
    close(signatures);
  },
});

async function close(signatures = []) {
  closing = true;
  showClosing();
  await send({ signatures, closes: true });
  showClosing();
}

function showClosing() {
  for (const one of form.querySelectorAll(".roll-buttons button")) one.disabled = closing;
}

// --- The page ---

async function start() {
  await queue.device(); // a device that keeps nothing has the plain form
  await recall();
  root.querySelector("[data-roll-scriptless]")?.remove();
  const hand = root.querySelector("[data-roll-hand]");
  hand.hidden = false;
  hand.addEventListener("click", () => {
    if (!minutesAreRight()) return;
    hands.open();
    send();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    told.replaceChildren();
    if (closing || !minutesAreRight()) return;
    if (event.submitter?.name !== "close") send();
    else if (trainerSigned) close();
    else hands.ask(Hands.TRAINER);
  });
  form.addEventListener("change", remember);
  addEventListener("online", flush);
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  // Leaving for good wipes this device: what still waits is said first.
  document.querySelector('form[action$="/deconnexion/"]')?.addEventListener("submit", warn, { capture: true });
  await keepOffline();
  await flush();
}

// What was kept: a draft of this page, or sendings that this page, opened without network, does not show yet.
async function recall() {
  const kept = await queue.page(half);
  if (kept?.owner === owner) {
    const isOlder = new Date(kept.at) > new Date(seenAt);
    if (isOlder) seenAt = kept.at;
    for (const line of lines) {
      const pk = pkOf(line);
      if (isOlder) show(line, (seen(line).value = kept.known[pk] ?? seen(line).value));
      if (pk in kept.draft && kept.known[pk] === seen(line).value) show(line, kept.draft[pk]);
    }
  }
  for (const { owner: whose, page, body, blocked } of await queue.all()) {
    if (whose !== owner || page !== half) continue;
    for (const { enrolment, mark } of body.lines) {
      const line = lineOf(enrolment);
      if (line) show(line, (seen(line).value = mark));
    }
    for (const one of blocked ? [] : body.signatures) {
      if (one.enrolment === null) trainerSigned = true;
      else signed.add(one.enrolment);
    }
    closing ||= body.closes && !blocked;
  }
  showSigned();
  showClosing();
}

// Nothing is asked while nobody looks, and an answer that does not come is asked for again.
async function look() {
  if (document.hidden) return;
  if ((await queue.all()).some((item) => item.owner === owner && !item.blocked)) return flush();
  const response = await fetch(state, { redirect: "manual" }).catch(() => undefined);
  if (!response?.ok) return;
  const found = await response.json();
  session.token = found.token;
  live.innerHTML = found.html;
  const before = signed.size;
  for (const pk of found.signed) signed.add(pk);
  trainerSigned ||= found.trainer;
  showSigned();
  if (signed.size > before) hands.refresh();
}

async function keepOffline() {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register(worker);
    const { active } = await navigator.serviceWorker.ready;
    const parts = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname);
    active.postMessage({ keep: [location.pathname, ...parts.filter((path) => path.startsWith("/static/"))] });
  } catch {
    // A browser that keeps no page still keeps what is to be sent.
  }
}

function warn(event) {
  const sure = event.currentTarget.dataset.warned;
  if (sure || !queueLine.hasAttribute("data-waiting")) return;
  event.preventDefault();
  event.currentTarget.dataset.warned = "yes";
  say("Des envois attendent encore sur cet appareil : se déconnecter les efface. Appuyez à nouveau pour le faire.");
}

start().catch(() => {
  // No storage here, as in some private windows: the plain form does it all.
});
