// Answers "ping" with "pong", in every room that the bot is a member of.
import { io } from "socket.io-client";

const { PARLOR_URL: url = "http://127.0.0.1:3000", PARLOR_TOKEN: token } = process.env;

const chat = io(url, { auth: { token } });
chat.on("message:created", (m) => {
  if (m.text === "ping") chat.emit("message:send", { room: m.room, nonce: crypto.randomUUID(), text: "pong" });
});
chat.on("connect", () => console.log("The bot listens."));
chat.on("connect_error", (error) => console.error(`Not connected: ${error.message}`));
