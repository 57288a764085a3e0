// The events of examples/conformance/suite.rs on the official server, so that the same story can be told to both.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { pingInterval: 300, pingTimeout: 10_000, connectTimeout: 1000 });

for (const name of ["/", "/custom"]) {
  io.of(name).use((socket, next) => {
    if (socket.handshake.auth.token !== "wrong") return next();
    next(Object.assign(new Error("not authorised"), { data: { code: "denied" } }));
  });
  io.of(name).on("connection", (socket) => {
    socket.emit("auth", socket.handshake.auth);
    socket.on("message", (...args) => socket.emit("message-back", ...args));
    socket.on("message-with-ack", (...args) => args.pop()(...args));
    socket.on("ask-me", async (...args) => {
      const answer = args.pop();
      answer(await socket.timeout(5000).emitWithAck("question", args));
    });
    socket.on("join", (room, answer) => {
      socket.join(room);
      answer([...socket.rooms].filter((joined) => joined !== socket.id));
    });
    socket.on("shout", (room, text) => socket.to(room).emit("shouted", text));
    socket.on("throw-me-out", () => socket.disconnect());
  });
}

http.listen(0, "127.0.0.1", () => console.log(`listening on 127.0.0.1:${http.address().port}`));
