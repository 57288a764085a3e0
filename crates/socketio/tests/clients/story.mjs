// One story told by an official client: node story.mjs <url> <package> <websocket|polling|upgrade>
import assert from "node:assert/strict";

const [url, library, mode] = process.argv.slice(2);
const { io } = await import(library);
const transports = mode === "upgrade" ? ["polling", "websocket"] : [mode];

const patience = setTimeout(() => {
  console.error(`the story stopped at: ${chapter}`);
  process.exit(1);
}, 20_000);

let chapter = "the beginning";
const open = [];

function connect(namespace = "/", options = {}) {
  const socket = io(url + namespace, { transports, forceNew: true, reconnection: false, ...options });
  open.push(socket);
  return socket;
}

const once = (emitter, name) => new Promise((resolve) => emitter.once(name, (...args) => resolve(args)));
const ask = (socket, name, ...args) => new Promise((resolve) => socket.emit(name, ...args, (...reply) => resolve(reply)));

async function joined(namespace, options) {
  const socket = connect(namespace, options);
  const auth = once(socket, "auth");
  await once(socket, "connect");
  return { socket, auth: (await auth)[0] };
}

const story = {
  "a client joins with its auth": async () => {
    const { socket, auth } = await joined("/", { auth: { token: "123" } });
    assert.deepEqual(auth, { token: "123" });
    assert.notEqual(socket.id, socket.io.engine.id);
  },
  "a refusal tells why": async () => {
    const [error] = await once(connect("/", { auth: { token: "wrong" } }), "connect_error");
    assert.equal(error.message, "not authorised");
    assert.deepEqual(error.data, { code: "denied" });
    const [unknown] = await once(connect("/nowhere"), "connect_error");
    assert.equal(unknown.message, "Invalid namespace");
  },
  "arguments come back as they were sent": async () => {
    const { socket } = await joined();
    const args = [1, "zwei é 😀 \u001e", { deep: [true, null, { x: 1.5 }] }, []];
    const back = once(socket, "message-back");
    socket.emit("message", ...args);
    assert.deepEqual(await back, args);
    assert.deepEqual(await ask(socket, "message-with-ack", ...args), args);
  },
  "bytes come back as they were sent": async () => {
    const { socket } = await joined();
    const bytes = [Buffer.from([0, 1, 254, 255]), { nested: Buffer.alloc(20_000, 7) }];
    const back = once(socket, "message-back");
    socket.emit("message", ...bytes);
    assert.deepEqual(await back, bytes);
    assert.deepEqual(await ask(socket, "message-with-ack", ...bytes), bytes);
  },
  "the server asks and the client answers": async () => {
    const { socket } = await joined();
    socket.on("question", (question, answer) => answer(`${question[0]}? fine`));
    assert.deepEqual(await ask(socket, "ask-me", "how are you"), ["how are you? fine"]);
  },
  "a thousand events come back in order": async () => {
    const { socket } = await joined();
    const numbers = [];
    const all = new Promise((resolve) => {
      socket.on("message-back", (number) => numbers.push(number) === 1000 && resolve());
    });
    for (let number = 0; number < 1000; number++) socket.emit("message", number);
    await all;
    assert.deepEqual(numbers, Array.from({ length: 1000 }, (_, number) => number));
    assert.equal(socket.io.engine.transport.name, mode === "polling" ? "polling" : "websocket");
  },
  "a room hears what is shouted into it": async () => {
    const [ana, ben, eve] = [await joined(), await joined(), await joined()].map(({ socket }) => socket);
    assert.deepEqual(await ask(ana, "join", "lobby"), [["lobby"]]);
    await ask(ben, "join", "lobby");
    const heard = [];
    for (const [name, socket] of Object.entries({ ana, ben, eve })) socket.on("shouted", (text) => heard.push([name, text]));
    const toBen = once(ben, "shouted");
    ana.emit("shout", "lobby", { goal: 1 });
    await toBen;
    for (const socket of [ana, eve]) await ask(socket, "message-with-ack");
    assert.deepEqual(heard, [["ben", { goal: 1 }]]);
  },
  "namespaces share a connection": async () => {
    const { socket } = await joined();
    const custom = socket.io.socket("/custom");
    const auth = once(custom, "auth");
    await auth;
    assert.deepEqual(await ask(custom, "message-with-ack", "custom"), ["custom"]);
    assert.notEqual(custom.id, socket.id);
    custom.disconnect();
    assert.deepEqual(await ask(socket, "message-with-ack", "main"), ["main"]);
  },
  "heartbeats keep the connection": async () => {
    const { socket } = await joined();
    for (let beats = 0; beats < 3; ) beats += (await once(socket.io.engine, "packet"))[0].type === "ping";
    assert.deepEqual(await ask(socket, "message-with-ack", "alive"), ["alive"]);
  },
  "a client that is thrown out knows it": async () => {
    const { socket } = await joined();
    const gone = once(socket, "disconnect");
    socket.emit("throw-me-out");
    assert.equal((await gone)[0], "io server disconnect");
  },
};

for (const [title, tell] of Object.entries(story)) {
  chapter = title;
  await tell();
  for (const socket of open.splice(0)) socket.disconnect();
}
clearTimeout(patience);
console.log(`${Object.keys(story).length} chapters told by ${library} over ${mode}`);
