// Vérifier un fichier : the fingerprint is computed here, and compared with the one that was printed.
import { sha256 } from "./sha256.js";

const LARGEST = 4 * 1024 ** 3;
const form = document.querySelector("[data-check]");
const printed = form.querySelector("#empreinte");
const chooser = form.querySelector("#fichier");
const drop = form.querySelector("[data-drop]");
const bar = form.querySelector("[data-bar]");
const result = form.querySelector("[data-result]");
const fault = form.querySelector("[data-fault]");
let found = null;
let turn = 0;

const clean = (text) => text.replace(/[\s:-]/g, "").toLowerCase();

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

function say(kind, title, ...lines) {
  const hash = found ? [element("p", "check-hash code mb-0", `SHA-256 lue : ${found.sum}`)] : [];
  result.replaceChildren(
    element("div", `notice notice-${kind}`, element("div", "", element("strong", "", title), ...lines.map((line) => element("p", "mb-1", line)), ...hash)),
  );
}

function compare() {
  const expected = clean(printed.value);
  const wrong = expected !== "" && !/^[0-9a-f]{64}$/.test(expected);
  fault.hidden = !wrong;
  fault.textContent = wrong ? `Une empreinte SHA-256 a 64 caractères, de 0 à 9 et de a à f : celle-ci en a ${expected.length}.` : "";
  printed.setAttribute("aria-invalid", String(wrong));
  if (!found) {
    return;
  }
  if (!expected || wrong) {
    say("info", `« ${found.name} » est lu.`, "Tapez ou collez l'empreinte imprimée pour le comparer.");
  } else if (expected === found.sum) {
    say("success", "C'est le même fichier.", `« ${found.name} » est, octet pour octet, celui dont vous tenez l'empreinte.`);
  } else {
    say("error", "Ce n'est pas le même fichier.", `« ${found.name} » a changé, ou c'en est un autre. Redemandez-le à qui vous l'a remis.`);
  }
}

async function read(file) {
  turn += 1;
  const mine = turn;
  found = null;
  if (file.size > LARGEST) {
    say("error", "Ce fichier dépasse 4 Go.", "La commande sha256sum donne son empreinte.");
    return;
  }
  bar.hidden = false;
  bar.value = 0;
  say("info", `Lecture de « ${file.name} »…`);
  try {
    const sum = await sha256(file, (percent) => {
      if (mine === turn) {
        bar.value = percent;
      }
    });
    if (mine === turn) {
      found = { name: file.name, sum };
      compare();
    }
  } catch {
    if (mine === turn) {
      say("error", "Ce fichier n'a pas pu être lu.", "Choisissez-le à nouveau.");
    }
  }
  if (mine === turn) {
    bar.hidden = true;
  }
}

chooser.addEventListener("change", () => chooser.files[0] && read(chooser.files[0]));
printed.addEventListener("input", compare);
form.addEventListener("submit", (event) => event.preventDefault());
for (const name of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.toggleAttribute("data-over", name === "dragover");
  });
}
drop.addEventListener("drop", (event) => event.dataTransfer.files[0] && read(event.dataTransfer.files[0]));

const given = clean(location.hash.slice(1));
if (given) {
  printed.value = given;
}
form.hidden = false;
compare();
