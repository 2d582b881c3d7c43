// The table of what was shown, in the docs.

import { readFileSync, writeFileSync } from "node:fs";

const BEGIN = "<!-- matrix -->";
const END = "<!-- /matrix -->";

const HEAD = `
Each sender's own SDK, or its formula where it has none, [held against the real binary](../tests/senders/README.md): a yes
was seen with an event in eight or more legal forms (odd white space, escapes, Unicode, CRLF, 3 MB, gzip), and with
forgeries that must be refused. A formula is as sure as what is said of it below, no surer. – is nothing to ask, and why;
what is not signed reached the endpoint byte for byte. \`tests/senders/run.mjs\` makes this table.
`;

/** The table in Markdown, and what it shows. */
export function table(questions, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const head = ["sender", "shown by", ...questions];
  return [HEAD, line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n");
}

/** Writes it between its marks, where it is not so already. */
export function save(path, matrix) {
  const text = readFileSync(path, "utf8");
  if (text !== replaced(path, text, matrix)) writeFileSync(path, replaced(path, text, matrix));
}

/** Whether the file shows it. */
export function isSaved(path, matrix) {
  const text = readFileSync(path, "utf8");
  return text === replaced(path, text, matrix);
}

function replaced(path, text, matrix) {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${path} has no ${BEGIN} before ${END}`);
  return `${text.slice(0, begin + BEGIN.length)}\n${matrix}\n${text.slice(end)}`;
}
