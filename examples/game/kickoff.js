// Makes the match room and announces each goal on the console, as a scoreboard would.
import { io } from "socket.io-client";

const { PARLOR_URL: url = "http://127.0.0.1:3000", PARLOR_TOKEN: token } = process.env;

const chat = io(url, { auth: { token } });
chat.on("message:created", (m) => console.log(m.text));
chat.on("connect_error", (error) => {
  if (!chat.active) throw error;
});

const request = { nonce: "kickoff", kind: "public", name: "Match", guests: true };
const answer = await chat.emitWithAck("room:create", request);
if (answer.err && answer.err.code !== "conflict") throw new Error(answer.err.message);
console.log("The match is open.");
