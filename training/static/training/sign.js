// What this phone says of itself when it signs: its time, and a name drawn by lot that says nothing of anybody.

const NAME = "impec-device";
const form = document.querySelector("[data-sign]");

function deviceName() {
  let name = localStorage.getItem(NAME);
  if (!name) {
    // Letters only: no run of digits can be taken for a number of somebody's.
    name = [...crypto.getRandomValues(new Uint8Array(24))].map((byte) => String.fromCharCode(97 + (byte % 26))).join("");
    localStorage.setItem(NAME, name);
  }
  return name;
}

if (form) {
  form.addEventListener("submit", () => {
    form.elements.device_at.value = new Date().toISOString();
    form.elements.device_id.value = deviceName();
  });
}
