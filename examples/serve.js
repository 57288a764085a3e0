// Serves an example's page, and beside it what pages share: node serve.js feed|game [PORT]
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";

const [example, port = "8080"] = process.argv.slice(2);
const here = (path) => new URL(path, import.meta.url);
const files = {
  "/": ["text/html", here(`${example}/index.html`)],
  [`/${example}.js`]: ["text/javascript", here(`${example}/${example}.js`)],
  "/page.js": ["text/javascript", here("page.js")],
  "/page.css": ["text/css", here("page.css")],
  "/socket.io.js": ["text/javascript", here("node_modules/socket.io-client/dist/socket.io.esm.min.js")],
};

const server = createServer(async (request, response) => {
  const [type, file] = files[new URL(request.url, "http://page").pathname] ?? [];
  if (!file) return response.writeHead(404).end();
  response.writeHead(200, { "Content-Type": `${type}; charset=utf-8` }).end(await readFile(file));
});
server.listen(Number(port), "127.0.0.1", () => {
  console.log(`The page is at http://127.0.0.1:${server.address().port}/`);
});
