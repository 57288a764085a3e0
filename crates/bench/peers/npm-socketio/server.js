// The peer: npm socket.io with its defaults, rooms, and one event that goes to everyone in one.
// Only pings are rarer: while one server is measured nobody answers the others' pings.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { serveClient: false, pingInterval: 3_600_000 });
io.on("connection", (socket) => {
  socket.on("join", (room, ack) => {
    socket.join(room);
    ack();
  });
  socket.on("say", (room, text) => io.to(room).emit("said", text));
});
http.listen(0, "127.0.0.1", () => console.log(`ready 127.0.0.1:${http.address().port}`));
