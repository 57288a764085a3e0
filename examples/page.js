// What the pages share: come in as a guest, enter a room, get each of its messages once and in order.
import { io } from "/socket.io.js";

const parlor = new URLSearchParams(location.search).get("parlor") ?? "http://127.0.0.1:3000";

/** Comes in through the guest door; the session lasts as long as this tab. */
async function guest(name) {
  const kept = sessionStorage.getItem("token");
  if (kept) return kept;
  const answer = await fetch(`${parlor}/api/guest:join`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Parlor-Token": "1" },
    body: JSON.stringify({ name }),
  });
  const reply = await answer.json();
  if (!answer.ok) throw new Error(reply.message);
  sessionStorage.setItem("token", reply.token);
  return reply.token;
}

/** Enters the room of this title and tells each message of it, from the first one on. Returns how to write there. */
export async function enter(title, name, tell) {
  const chat = io(parlor, { auth: { token: await guest(name) }, transports: ["websocket"] });
  let room;
  let last = 0;

  async function ask(call, request) {
    const answer = await chat.emitWithAck(call, request);
    if (answer.err) throw new Error(answer.err.message);
    return answer.ok;
  }

  async function catchUp() {
    for (let more = true; more;) {
      const page = await ask("room:history", { room, from: { after: last }, limit: 100 });
      for (const item of page.items.filter((item) => item.seq > last)) {
        last = item.seq;
        if (item.kind === "message") tell(item);
      }
      more = page.more_after;
      if (!more) last = Math.max(last, page.head);
    }
  }

  chat.onAny((event, entry) => {
    if (entry.room !== room || !(entry.seq > last)) return;
    // If the connection breaks meanwhile, the next one catches up.
    if (event === "room:head" || entry.seq !== last + 1) return void catchUp().catch(() => {});
    last = entry.seq;
    if (event === "message:created") tell(entry);
  });

  async function start() {
    const { rooms } = await ask("room:list", {});
    const found = rooms.find((listing) => listing.room.name === title);
    if (!found) throw new Error(`There is no room called ${title} yet.`);
    room = found.room.id;
    if (!found.joined) await ask("room:join", { room, nonce: crypto.randomUUID() });
    await catchUp();
  }

  return new Promise((resolve, reject) => {
    chat.on("connect_error", (error) => chat.active || reject(error));
    chat.on("connect", () => {
      start().then(() => resolve((text) => ask("message:send", { room, nonce: crypto.randomUUID(), text })), reject);
    });
  });
}
