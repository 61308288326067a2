// What a tablet has to send, kept on it until the service has received it. Killed in between, it goes on at the next
// opening; sent five times, it is received once: each sending carries its own number.

const NAME = "impec-roll";
let opened;

// Whether this device keeps anything at all: looking does not make a base.
export async function exists() {
  const bases = await indexedDB.databases?.();
  return Boolean(bases?.some((one) => one.name === NAME));
}

function base() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("items", { keyPath: "order", autoIncrement: true });
      request.result.createObjectStore("pages");
      request.result.createObjectStore("meta");
    };
    request.onsuccess = () => {
      // Signing out wipes the device: the next writing then opens a new base.
      request.result.onclose = () => (opened = undefined);
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function run(store, mode, act) {
  const work = (await base()).transaction(store, mode, { durability: "strict" });
  return new Promise((resolve, reject) => {
    const request = act(work.objectStore(store));
    work.oncomplete = () => resolve(request.result);
    work.onerror = work.onabort = () => reject(work.error);
  });
}

export const add = (item) => run("items", "readwrite", (store) => store.add(item));
export const change = (item) => run("items", "readwrite", (store) => store.put(item));
export const remove = (item) => run("items", "readwrite", (store) => store.delete(item.order));
export const all = () => run("items", "readonly", (store) => store.getAll());
export const page = (key) => run("pages", "readonly", (store) => store.get(key));
export const keepPage = (key, value) => run("pages", "readwrite", (store) => store.put(value, key));

// Also where crypto.randomUUID is not: it needs a secure address.
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export async function device() {
  const known = await run("meta", "readonly", (store) => store.get("device"));
  if (known) return known;
  const made = uuid();
  await run("meta", "readwrite", (store) => store.put(made, "device"));
  return made;
}

// One window at a time sends: the order of one device stays.
export function flush(owner, session) {
  const send = () => sendAll(owner, session);
  return navigator.locks ? navigator.locks.request(NAME, send) : send();
}

async function sendAll(owner, session) {
  const stopped = new Set();
  const answers = [];
  for (const item of await all()) {
    if (item.owner !== owner || item.blocked) {
      stopped.add(item.page);
      continue;
    }
    if (stopped.has(item.page)) continue;
    const answer = await post(item, session);
    if (answer.trouble) return { answers, trouble: answer.trouble };
    if (answer.message) {
      // Refused as a whole: it stays here until somebody decides.
      await change({ ...item, blocked: answer.message });
      stopped.add(item.page);
    } else {
      await remove(item);
      await keepRefused(item, answer.outcome.signatures_refused);
      answers.push({ item, ...answer });
    }
  }
  return { answers, trouble: "" };
}

// A signature that cannot be received stays on the tablet, with what is to be corrected first.
async function keepRefused(item, refused) {
  for (const { request_id, message } of refused) {
    const signature = item.body.signatures.find((one) => one.request_id === request_id);
    const body = { ...item.body, request_id: uuid(), lines: [], signatures: [signature], closes: false };
    const { owner, page, url, state, roll } = item;
    await add({ owner, page, url, state, roll, body, blocked: message });
  }
}

// What the service says of a sending, besides that it was received.
export function words({ conflicts, refused, notes, close_refused }) {
  const both = conflicts.map((one) => {
    const who = one.by ? ` par ${one.by}` : "";
    return `${one.name} : « ${one.kept} »${who}, ${one.at}. Vous aviez noté « ${one.sent} » : corrigez s'il le faut.`;
  });
  const others = [...refused.map((one) => one.message), ...notes];
  return close_refused ? [...both, ...others, close_refused] : [...both, ...others];
}

async function post(item, session, again = true) {
  let response;
  try {
    response = await fetch(item.url, {
      method: "POST",
      redirect: "manual",
      headers: { "Content-Type": "application/json", "X-CSRFToken": session.token },
      body: JSON.stringify({ ...item.body, device_at: new Date().toISOString() }),
    });
  } catch {
    return { trouble: "network" };
  }
  if (response.type === "opaqueredirect") return { trouble: "session" };
  if (response.status === 403) {
    // The page was kept from an earlier session: its token is asked for again, once.
    if (again && (await renew(item, session))) return post(item, session, false);
    return { trouble: "session" };
  }
  if (response.status >= 500 || response.status === 429) return { trouble: "later" };
  const found = await response.json().catch(() => ({}));
  return response.ok ? found : { message: found.message || "Cet envoi a été refusé." };
}

async function renew(item, session) {
  const response = await fetch(item.state, { redirect: "manual" }).catch(() => undefined);
  if (!response?.ok) return false;
  session.token = (await response.json()).token;
  return true;
}
