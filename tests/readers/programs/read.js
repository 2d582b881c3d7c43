// JSON.parse, as servers call it: on the body decoded as UTF-8.
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const [key, hex] = line.split("\t");
  let json;
  try {
    json = JSON.parse(Buffer.from(hex, "hex").toString("utf8"));
  } catch {
    return console.log("error");
  }
  const value = json?.[key];
  if (value === undefined) console.log("nothing");
  else if (typeof value !== "string") console.log("other");
  else console.log("string " + Buffer.from(value, "utf8").toString("hex"));
});
