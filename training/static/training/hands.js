// The tablet in other hands: a window over the whole page, with names, a pad and « C'est moi ». What it is given says
// who is here (`people()`), and takes what is signed: a trainee's by `onTrainee`, the trainer's by `onTrainer`.

import { padOf } from "./pad.js";
import { uuid } from "./queue.js";

const UNSIGNED = "Signez dans le cadre, ou écrivez votre prénom et votre nom puis cochez la case.";

export class Hands {
  #dialog;
  #pad;
  #signer = null; // a person, TRAINER, or nobody

  static TRAINER = { pk: null, name: "Signature de l'intervenant" };

  constructor(dialog, { people, onTrainee, onTrainer }) {
    this.#dialog = dialog;
    this.#pad = padOf(dialog.querySelector("[data-pad]"));
    this.people = people;
    this.onTrainee = onTrainee;
    this.onTrainer = onTrainer;
    this.#part("sign").addEventListener("submit", (event) => this.#send(event));
    this.#part("not").addEventListener("click", () => (this.#signer?.pk ? this.open() : dialog.close()));
    this.#part("back").addEventListener("click", () => dialog.close());
    this.#part("unsigned").addEventListener("click", () => this.#closeWith([]));
  }

  open(told = "") {
    this.#signer = null;
    this.#part("title").textContent = "Touchez votre nom";
    this.#part("told").textContent = told;
    this.#part("sign").hidden = true;
    this.#part("end").hidden = this.#part("names").hidden = false;
    this.#part("names").replaceChildren(...this.people().map((person) => this.#nameOf(person)));
    this.#show();
  }

  // Somebody has signed on her phone meanwhile.
  refresh() {
    if (!this.#dialog.open || this.#signer) return;
    this.#part("names").replaceChildren(...this.people().map((person) => this.#nameOf(person)));
  }

  ask(person) {
    this.#signer = person;
    const isTrainer = person.pk === null;
    this.#part("title").textContent = person.name;
    this.#part("me").textContent = isTrainer ? "Signer et clore" : "C'est moi";
    this.#part("unsigned").hidden = !isTrainer;
    this.#part("end").hidden = this.#part("names").hidden = true;
    this.#part("sign").hidden = false;
    this.#part("sign").reset();
    this.#part("fault").textContent = this.#part("told").textContent = "";
    this.#pad.clear();
    this.#show();
  }

  #part(name) {
    return this.#dialog.querySelector(`[data-hand-${name}]`);
  }

  #show() {
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#part("title").focus();
  }

  #nameOf(person) {
    const item = document.createElement("li");
    const name = document.createElement(person.signed ? "span" : "button");
    name.textContent = person.signed ? `✓ ${person.name}` : person.name;
    if (!person.signed) {
      name.type = "button";
      name.addEventListener("click", () => this.ask(person));
    }
    item.append(name);
    return item;
  }

  #send(event) {
    event.preventDefault();
    const person = this.#signer;
    if (!person) return; // a second tap
    const made = this.#signature(person.pk);
    if (!made) {
      this.#part("fault").textContent = UNSIGNED;
      return;
    }
    if (person.pk === null) {
      this.#closeWith([made]);
      return;
    }
    this.onTrainee(made);
    const left = this.people().some((one) => !one.signed);
    const next = left ? "Passez la tablette." : "Tout le monde a signé. Rendez la tablette.";
    this.open(`Merci ${person.first}, votre signature est gardée. ${next}`);
  }

  #closeWith(signatures) {
    this.#signer = null;
    this.#dialog.close();
    this.onTrainer(signatures);
  }

  #signature(enrolment) {
    const found = { request_id: uuid(), enrolment, device_at: new Date().toISOString() };
    const typed = this.#part("typed").value.trim();
    if (this.#pad.png()) return { ...found, way: "TABLET", image: this.#pad.png() };
    if (typed.includes(" ") && this.#part("tick").checked) return { ...found, way: "TYPED", typed_name: typed };
    return null;
  }
}
