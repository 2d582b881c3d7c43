// One event in many bodies: what a sender may write one day, and still the same to whoever parses it.

import { gzipSync } from "node:zlib";

const PLAIN = "a note";
const UNICODE = "Zo\u00eb, 漢字, 😀, \u2028, \u007f, \u0001, </script>, a+b=c&d%20";
const LARGE = "a note of 24 bytes, Zo\u00eb".repeat(2 ** 17);
const BOUNDARY = "----------------------------4ebf00fbcf09";

/**
 * The bodies of an event, each with the headers that tell what it is. `signed` is what its sender signs: the body, or for
 * one whose SDK takes text only what the body stands for.
 */
export function bodies(sender, type) {
  const written = ways(sender, type).map(([name, text]) => made(sender, type, name, Buffer.from(text())));
  const [{ body }] = written;
  const zipped = gzipSync(body);
  const signed = sender.bytes ? zipped : body;
  return [...written, made(sender, type, "gzip", zipped, signed, { "Content-Encoding": "gzip" })];
}

/** The first of them, which is how its sender writes today. */
export function usual(sender, type) {
  const [[name, text]] = ways(sender, type);
  return made(sender, type, name, Buffer.from(text()));
}

/** How an event may be written: a name for it, and the text. */
function ways(sender, type) {
  const event = (note) => sender.event(type, note);
  return { json: jsons, form: forms, multipart: multiparts }[kind(event(PLAIN))](event, sender);
}

function kind(event) {
  return ["json", "form", "multipart"].find((kind) => kind in event);
}

function made(sender, type, name, body, signed = body, coding = {}) {
  const event = sender.event(type, PLAIN);
  const types = {
    json: "application/json; charset=utf-8",
    form: "application/x-www-form-urlencoded",
    multipart: `multipart/form-data; boundary=${BOUNDARY}`,
  };
  const headers = { "Content-Type": types[kind(event)], ...event.headers, ...coding, "Content-Length": String(body.length) };
  return { name, body, signed, headers, isCoded: "Content-Encoding" in coding };
}

function jsons(event) {
  const json = (note) => event(note).json;
  return [
    ["as its sender writes it", () => JSON.stringify(json(PLAIN))],
    ["odd white space", () => write(json(PLAIN), "\t\n  \r ", JSON.stringify)],
    ["escapes", () => write(json("a / note"), "", escaped)],
    ["unicode", () => JSON.stringify(json(UNICODE))],
    ["CRLF", () => JSON.stringify(json(PLAIN), null, 2).replaceAll("\n", "\r\n")],
    ["final line feed", () => JSON.stringify(json(PLAIN)) + "\n"],
    ["3 MB", () => JSON.stringify(json(LARGE))],
  ];
}

/** JSON with white space wherever it may stand. */
function write(value, space, string) {
  const list = (open, items, close) => space + open + space + items.join(`${space},${space}`) + space + close + space;
  if (Array.isArray(value)) return list("[", value.map((item) => write(item, space, string)), "]");
  if (typeof value === "string") return string(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const member = ([key, inner]) => string(key) + space + ":" + space + write(inner, space, string);
  return list("{", Object.entries(value).map(member), "}");
}

/** A string with each second character escaped, in either case. */
function escaped(text) {
  const unit = (letter, index) => {
    if (letter === "/") return "\\/";
    const digits = letter.charCodeAt(0).toString(16).padStart(4, "0");
    return index % 2 ? letter : `\\u${index % 4 ? digits.toUpperCase() : digits}`;
  };
  return `"${Array.from(text, unit).join("")}"`;
}

function forms(event, sender) {
  const encode = (pairs) => new URLSearchParams(pairs).toString();
  const whole = (text) => Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const joined = (pairs, write) => pairs.map(([name, value]) => `${write(name)}=${write(value)}`).join("&");
  const all = [
    ["as its sender writes it", () => encode(event(PLAIN).form)],
    ["spaces as %20", () => encode(event(PLAIN).form).replaceAll("+", "%20")],
    ["all escaped, in small letters", () => joined(event(PLAIN).form, whole)],
    ["unicode", () => encode(event(UNICODE).form)],
    ["CRLF in a value", () => encode(event("a\r\nnote\n").form)],
    ["an empty value", () => encode(event("").form)],
    ["3 MB", () => encode(event(LARGE).form)],
  ];
  if (sender.repeats) {
    const again = [["Again", "b"], ["Again", "a"], ["Again", "b"]];
    all.push(["a field that comes again", () => encode([...event(PLAIN).form, ...again])]);
  }
  return all;
}

function multiparts(event) {
  const part = (name, value) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const { name } = event(PLAIN).multipart;
  return jsons((note) => ({ json: event(note).multipart.json })).map(([title, text]) => [
    title,
    () => `${part(name, text())}--${BOUNDARY}--\r\n`,
  ]);
}
