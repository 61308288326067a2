// SHA-256 of a file, in the browser. Small files by its own cryptography; larger ones, and pages it does not trust
// with it, by pieces: memory stays the same whatever the size.
const AT_ONCE = 64 * 1024 * 1024;
const PIECE = 4 * 1024 * 1024;

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export async function sha256(file, progress) {
  if (file.size <= AT_ONCE && globalThis.crypto?.subtle) {
    return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())));
  }
  const sum = new Sum();
  for (let start = 0; start < file.size; start += PIECE) {
    sum.add(new Uint8Array(await file.slice(start, start + PIECE).arrayBuffer()));
    progress?.(Math.min(100, Math.round((100 * (start + PIECE)) / file.size)));
  }
  return hex(sum.end());
}

// The first bits of the fractions of roots of primes (FIPS 180-4).
const firstPrimes = (count) => {
  const found = [];
  for (let number = 2; found.length < count; number += 1) {
    if (found.every((prime) => number % prime)) {
      found.push(number);
    }
  }
  return found;
};
const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32);
const CONSTANTS = Uint32Array.from(firstPrimes(64), (prime) => fraction(Math.cbrt(prime)));
const START = Uint32Array.from(firstPrimes(8), (prime) => fraction(Math.sqrt(prime)));
const turn = (word, by) => (word >>> by) | (word << (32 - by));

export class Sum {
  #state = START.slice();
  #words = new Uint32Array(64);
  #rest = new Uint8Array(64);
  #held = 0;
  #length = 0;

  add(bytes) {
    this.#length += bytes.length;
    let place = 0;
    if (this.#held) {
      place = Math.min(64 - this.#held, bytes.length);
      this.#rest.set(bytes.subarray(0, place), this.#held);
      this.#held += place;
      if (this.#held < 64) {
        return;
      }
      this.#block(this.#rest, 0);
      this.#held = 0;
    }
    for (; place + 64 <= bytes.length; place += 64) {
      this.#block(bytes, place);
    }
    this.#rest.set(bytes.subarray(place), 0);
    this.#held = bytes.length - place;
  }

  end() {
    const bits = this.#length * 8;
    const last = new Uint8Array(this.#held < 56 ? 64 : 128);
    last.set(this.#rest.subarray(0, this.#held));
    last[this.#held] = 0x80;
    const view = new DataView(last.buffer);
    view.setUint32(last.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(last.length - 4, bits % 2 ** 32);
    for (let place = 0; place < last.length; place += 64) {
      this.#block(last, place);
    }
    const sum = new DataView(new ArrayBuffer(32));
    this.#state.forEach((word, index) => sum.setUint32(4 * index, word));
    return new Uint8Array(sum.buffer);
  }

  #block(bytes, place) {
    const words = this.#words;
    for (let index = 0; index < 16; index += 1) {
      const at = place + 4 * index;
      words[index] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let index = 16; index < 64; index += 1) {
      const before = words[index - 15];
      const near = words[index - 2];
      const small = turn(before, 7) ^ turn(before, 18) ^ (before >>> 3);
      const large = turn(near, 17) ^ turn(near, 19) ^ (near >>> 10);
      words[index] = words[index - 16] + small + words[index - 7] + large;
    }
    let [a, b, c, d, e, f, g, h] = this.#state;
    for (let index = 0; index < 64; index += 1) {
      const chosen = (e & f) ^ (~e & g);
      const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + chosen + CONSTANTS[index] + words[index]) | 0;
      const most = (a & b) ^ (a & c) ^ (b & c);
      const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + most) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, index) => {
      this.#state[index] += word;
    });
  }
}
