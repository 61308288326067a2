// What a device has to send, kept on it until the service has received it: killed in between, it goes on at the next
// opening. Each room says how one item is sent; here is where it waits.

// Also where crypto.randomUUID is not: it needs a secure address.
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// A store of its own on this device: `items` wait in order, `pages` are drafts, `meta` holds the device's number.
export function store(name) {
  let opened;

  function base() {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 1);
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

  async function run(part, mode, act) {
    const work = (await base()).transaction(part, mode, { durability: "strict" });
    return new Promise((resolve, reject) => {
      const request = act(work.objectStore(part));
      work.oncomplete = () => resolve(request.result);
      work.onerror = work.onabort = () => reject(work.error);
    });
  }

  return {
    // Whether this device keeps anything at all: looking does not make a base.
    async exists() {
      const bases = await indexedDB.databases?.();
      return Boolean(bases?.some((one) => one.name === name));
    },
    add: (item) => run("items", "readwrite", (part) => part.add(item)),
    change: (item) => run("items", "readwrite", (part) => part.put(item)),
    remove: (item) => run("items", "readwrite", (part) => part.delete(item.order)),
    all: () => run("items", "readonly", (part) => part.getAll()),
    page: (key) => run("pages", "readonly", (part) => part.get(key)),
    keepPage: (key, value) => run("pages", "readwrite", (part) => part.put(value, key)),
    async device() {
      const known = await run("meta", "readonly", (part) => part.get("device"));
      if (known) return known;
      const made = uuid();
      await run("meta", "readwrite", (part) => part.put(made, "device"));
      return made;
    },
    async wipe() {
      for (const part of ["items", "pages", "meta"]) await run(part, "readwrite", (one) => one.clear());
    },
    // One window at a time: the order of one device stays.
    alone: (send) => (navigator.locks ? navigator.locks.request(name, send) : send()),
  };
}
