// On any other page than an open roll: what this device still keeps of a roll leaves now, and what cannot is said.

import * as queue from "./queue.js";

const { rollOwner: owner } = document.body.dataset;
const main = document.getElementById("contenu");
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
  for (const item of left.filter((one) => one.blocked)) say(`Envoi retenu : ${item.blocked}`, item.roll);
  const waiting = left.find((item) => !item.blocked);
  if (waiting) say("Un appel attend encore le réseau sur cet appareil. Rien n'est perdu.", waiting.roll);
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
}

if (owner && isElsewhere) {
  send().catch(() => {
    // A browser that keeps nothing has nothing to send.
  });
}
