// The pages behind a server of their own, so that their origin is another one than Phosphene's.
const { createReadStream, existsSync } = require("node:fs");
const { createServer } = require("node:http");
const { extname, join } = require("node:path");

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" };
const FILES = { "/hls.js": "node_modules/hls.js/dist/hls.min.js", "/whip-whep.js": "node_modules/whip-whep/whep.js" };
for (const name of ["index.html", "element.html", "whep.html", "hls.html", "whep.js", "page.css"]) FILES[`/${name}`] = name;
FILES["/"] = "index.html";

const server = createServer((request, response) => {
  const name = FILES[new URL(request.url, "http://here").pathname];
  const path = name && join(__dirname, name);
  if (!path || !existsSync(path)) return response.writeHead(404).end("not here");
  response.writeHead(200, { "content-type": TYPES[extname(path)] });
  createReadStream(path).pipe(response);
});
server.listen(Number(process.env.PORT ?? 8100), "127.0.0.1", () => {
  console.log(`Examples are on http://127.0.0.1:${server.address().port}`);
});
