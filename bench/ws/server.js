// Node's ws: every line of standard input goes to every connection. Prints its port when it listens.
import { createInterface } from "node:readline";
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("listening", () => console.log(server.address().port));
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  for (const client of server.clients) client.send(line);
});
lines.on("close", () => process.exit(0));
