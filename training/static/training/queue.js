// What a tablet has to send, kept on it until the service has received it. Killed in between, it goes on at the next
// opening; sent five times, it is received once: each sending carries its own number.

import { store, uuid } from "../accounts/waiting.js";

const { exists, add, change, remove, all, page, keepPage, device, alone } = store("impec-roll");
export { exists, add, change, remove, all, page, keepPage, device, uuid };

// One window at a time sends: the order of one device stays.
export function flush(owner, session) {
  return alone(() => sendAll(owner, session));
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
