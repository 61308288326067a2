// A signature drawn with a finger, a pen or a mouse. Whoever cannot draw types her name instead, beside it.
//
// Markup: training/_pad.html. Every [data-pad] of the page is ready by itself; `padOf(element)` gives its `png()` (a
// data address, "" while nothing is drawn) and `clear()`. The hidden field [data-pad-image] always holds the same, so
// that a plain form sends it. The element tells "pad:change" each time.

const MOST_BYTES = 60_000; // what the server accepts
const SHORTEST = 60; // in pixels of the drawing: a tap is not a signature
const WIDTH_OF_INK = 4;
const INK = "#111";
const PAPER = "#fff";
const PNG = "data:image/png;base64,";

const pads = new WeakMap();

export function padOf(root) {
  if (!pads.has(root)) pads.set(root, new Pad(root));
  return pads.get(root);
}

class Pad {
  #canvas;
  #ink;
  #field;
  #told;
  #point = null;
  #length = 0;

  constructor(root) {
    this.root = root;
    this.#canvas = root.querySelector("canvas");
    this.#field = root.querySelector("[data-pad-image]");
    this.#told = root.querySelector("[data-pad-told]");
    this.#ink = this.#canvas.getContext("2d");
    this.#ink.lineCap = this.#ink.lineJoin = "round";
    this.#ink.lineWidth = WIDTH_OF_INK;
    this.#ink.strokeStyle = INK;
    root.hidden = false;
    this.#canvas.addEventListener("pointerdown", (event) => this.#start(event));
    this.#canvas.addEventListener("pointermove", (event) => this.#draw(event));
    for (const end of ["pointerup", "pointercancel"]) this.#canvas.addEventListener(end, () => this.#stop());
    root.querySelector("[data-pad-clear]").addEventListener("click", () => this.clear("Le cadre est vide."));
    const kept = this.#field.value;
    this.clear();
    if (kept.startsWith(PNG)) this.#putBack(kept);
  }

  get isEmpty() {
    return this.#length < SHORTEST;
  }

  png() {
    return this.#field.value;
  }

  clear(said = "") {
    this.#ink.fillStyle = PAPER;
    this.#ink.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#length = 0;
    this.#point = null;
    this.#tell(said);
  }

  // A page that comes back with a word to correct keeps the drawing.
  async #putBack(kept) {
    const drawn = new Image();
    drawn.src = kept;
    try {
      await drawn.decode();
    } catch {
      return;
    }
    this.#ink.drawImage(drawn, 0, 0, this.#canvas.width, this.#canvas.height);
    this.#length = SHORTEST;
    this.#tell("Votre signature est dans le cadre.");
  }

  #start(event) {
    if (!event.isPrimary || event.button > 0) return;
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#point = this.#place(event);
  }

  #draw(event) {
    if (!this.#point || !event.isPrimary) return;
    // A quick finger gives several points at once: all of them make the line.
    const points = event.getCoalescedEvents?.() ?? [];
    for (const one of points.length ? points : [event]) this.#lineTo(this.#place(one));
  }

  #lineTo(next) {
    const last = this.#point;
    this.#ink.beginPath();
    this.#ink.moveTo(last.x, last.y);
    this.#ink.lineTo(next.x, next.y);
    this.#ink.stroke();
    this.#length += Math.hypot(next.x - last.x, next.y - last.y);
    this.#point = next;
  }

  #stop() {
    if (!this.#point) return;
    this.#point = null;
    this.#tell(this.isEmpty ? "Le tracé est trop court." : "Votre signature est dans le cadre.");
  }

  #place(event) {
    const box = this.#canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) * this.#canvas.width) / box.width,
      y: ((event.clientY - box.top) * this.#canvas.height) / box.height,
    };
  }

  #tell(said) {
    this.#field.value = this.isEmpty ? "" : smallEnough(this.#canvas);
    this.#told.textContent = said;
    this.root.dispatchEvent(new CustomEvent("pad:change", { bubbles: true, detail: { empty: this.isEmpty } }));
  }
}

// A very busy drawing is made smaller until it may be sent.
function smallEnough(canvas) {
  let drawn = canvas;
  let address = drawn.toDataURL("image/png");
  while (bytesOf(address) > MOST_BYTES && drawn.width > 80) {
    const smaller = document.createElement("canvas");
    smaller.width = Math.round(drawn.width * 0.7);
    smaller.height = Math.round(drawn.height * 0.7);
    smaller.getContext("2d").drawImage(canvas, 0, 0, smaller.width, smaller.height);
    drawn = smaller;
    address = drawn.toDataURL("image/png");
  }
  return address;
}

function bytesOf(address) {
  return Math.floor(((address.length - address.indexOf(",") - 1) * 3) / 4);
}

for (const root of document.querySelectorAll("[data-pad]")) padOf(root);
