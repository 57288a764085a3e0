// Posts to the feed: node post.js TEXT
import { io } from "socket.io-client";

const { PARLOR_URL: url = "http://127.0.0.1:3000", PARLOR_TOKEN: token } = process.env;
const text = process.argv[2] ?? "Nothing new";

const chat = io(url, { auth: { token } });
chat.on("connect_error", (error) => {
  if (!chat.active) throw error;
});

async function ask(call, request) {
  const answer = await chat.emitWithAck(call, { nonce: crypto.randomUUID(), ...request });
  if (answer.err) throw new Error(answer.err.message);
  return answer.ok;
}

const { ok } = await chat.emitWithAck("room:list", {});
const found = ok.rooms.find((listing) => listing.room.name === "News");
const room =
  found?.room ?? (await ask("room:create", { kind: "public", style: "feed", name: "News", guests: true })).room;
if (found && !found.joined) await ask("room:join", { room: room.id });

const { seq } = await ask("message:send", { room: room.id, text });
console.log(`Posted as number ${seq} of the room's log.`);
chat.close();
