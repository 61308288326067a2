// On any other page than an open roll: what this device still keeps of a roll leaves now, and what cannot is said.

import * as queue from "./queue.js";

const { rollOwner: owner } = document.body.dataset;
const main = document.getElementById("contenu");
const AGAIN = 5000; // until the network is back
const told = new Set();
let waitingLine;
const isElsewhere = !document.querySelector("[data-roll]:not([data-shut])");

async function send() {
  if (!(await queue.exists())) return;
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const { answers } = await queue.flush(owner, { token });
  for (const { item, outcome } of answers) {
    for (const text of queue.words(outcome)) say(text, item.roll);
    if (answers.at(-1).item === item) say("Ce que cet appareil gardait de l'appel est envoyé.", item.roll);
  }
  const left = (await queue.all()).filter((item) => item.owner === owner);
  for (const item of left.filter((one) => one.blocked && !told.has(one.body.request_id))) {
    told.add(item.body.request_id);
    say(`Envoi retenu : ${item.blocked}`, item.roll);
  }
  const waiting = left.find((item) => !item.blocked);
  waitingLine?.remove();
  waitingLine = waiting && say("Un appel attend encore le réseau sur cet appareil. Rien n'est perdu.", waiting.roll);
  if (waiting) setTimeout(start, AGAIN);
}

function say(text, address) {
  const line = document.createElement("p");
  line.className = "notice";
  line.setAttribute("role", "status");
  const link = document.createElement("a");
  link.href = address;
  link.textContent = "Voir l'appel";
  line.append(`${text} `, link);
  main.prepend(line);
  return line;
}

function start() {
  send().catch(() => {
    // A browser that keeps nothing has nothing to send.
  });
}

if (owner && isElsewhere) start();
