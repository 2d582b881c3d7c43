// Express with express.json(), over HTTP on a free port of the loopback.
const http = require("http");
const express = require("express");
const app = express();
app.use(express.json({ limit: "1mb" }));
app.post("/:key", (request, response) => {
  const value = request.body?.[request.params.key];
  if (value === undefined) response.send("nothing");
  else if (typeof value !== "string") response.send("other");
  else response.send("string " + Buffer.from(value, "utf8").toString("hex"));
});
app.use((error, request, response, next) => response.send("error"));

function ask(port, line) {
  const [key, hex, type] = line.split("\t");
  const options = { port, host: "127.0.0.1", path: "/" + key, method: "POST", headers: { "Content-Type": type } };
  return new Promise((resolve, reject) => {
    const request = http.request(options, (response) => {
      let text = "";
      response.on("data", (piece) => (text += piece));
      response.on("end", () => resolve(text));
    });
    request.on("error", reject);
    request.end(Buffer.from(hex, "hex"));
  });
}

const server = app.listen(0, "127.0.0.1", async () => {
  for await (const line of require("readline").createInterface({ input: process.stdin }))
    console.log(await ask(server.address().port, line));
  process.exit();
});
