// Looks at the page of a hooksieve at work as a person would: in a browser, with and without script, on a phone, in the
// dark, by keyboard, and through the eyes of axe-core.
//
//     apt-get install chromium faketime nodejs npm
//     npm install --prefix DIR playwright-core@1.65.1 axe-core@4.14.1
//     cargo build --release
//     node tests/page/run.mjs --modules DIR/node_modules [--binary target/release/hooksieve] [--pictures docs/pictures]

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, mkdirSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({ options: {
  modules: { type: "string" },
  binary: { type: "string", default: "target/release/hooksieve" },
  browser: { type: "string", default: "/usr/bin/chromium" },
  pictures: { type: "string" },
} });
const require = createRequire(path.resolve(options.modules, "any.js"));
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const HOSTILE = [
  "<script>window.forged = 1</script>",
  "\"><img src=x onerror=\"window.forged = 1\">",
  "'; window.forged = 1; //",
  "</td></tr></table><h1>forged</h1>",
  "paid\u202ediap\u2066",
  "bell\u0007\u001b[31m\u0000",
  "&lt;b&gt;&amp;",
];
/** So many seconds are one to hooksieve. */
const FAST = 120;
/** What it lives through before it is looked at, in seconds of ours: an hour of its own. */
const HOUR = 3600 / FAST;
const scratch = mkdtempSync(path.join(tmpdir(), "hooksieve-page-"));

/** An endpoint that does well but for what comes to /down. */
async function endpoint() {
  const server = http.createServer((request, response) => {
    request.resume().on("end", () => {
      if (request.url === "/down") { return request.socket.destroy(); }
      response.statusCode = request.url === "/hooks/billing" ? 500 : 200;
      response.end();
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** A hooksieve with these lines in its config, and where it listens: as the kernel tells it, since with a fast clock its
 *  log comes late. */
async function hooksieve(name, config, environment = {}) {
  const file = path.join(scratch, name);
  writeFileSync(file, `listen = "127.0.0.1:0"\nadmin.listen = "127.0.0.1:0"\n${config}`);
  const process = spawn(options.binary, ["--config", file], {
    stdio: ["ignore", "ignore", "inherit"], env: { ...globalThis.process.env, ...environment },
  });
  for (let times = 0; times < 200; times++) {
    assert.equal(process.exitCode, null, "it runs");
    const ports = listening(process.pid);
    if (ports.length === 2) {
      const looked = await Promise.all(ports.map((port) => fetch(`http://127.0.0.1:${port}/healthz`).then((one) => one.text(), String)));
      const admin = ports[looked.indexOf("ok\n")];
      if (admin) { return { process, file, events: `127.0.0.1:${ports.find((port) => port !== admin)}`, admin: `http://127.0.0.1:${admin}` }; }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail("it does not listen");
}

/** The ports of 127.0.0.1 on which a process listens. */
function listening(pid) {
  const files = readdirSync(`/proc/${pid}/fd`).map((fd) => { try { return readlinkSync(`/proc/${pid}/fd/${fd}`); } catch { return ""; } });
  const rows = readFileSync("/proc/net/tcp", "utf8").split("\n").map((line) => line.trim().split(/\s+/));
  return rows.filter((row) => row[3] === "0A" && files.includes(`socket:[${row[9]}]`)).map((row) => parseInt(row[1].split(":")[1], 16));
}

/** Sends events one after another. */
async function send(address, events) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (const [target, body] of events) {
    await new Promise((resolve, reject) => {
      const request = http.request(`http://${address}${target}`, { method: "POST", agent }, (response) => {
        response.resume().on("end", resolve);
      });
      request.on("error", reject).end(body);
    });
  }
  agent.destroy();
}

const event = (type, number) => JSON.stringify({ id: `evt_${number}`, type });

/** What a usual hour brings. */
function usual(count) {
  const types = [
    ["invoice.paid", 30], ["charge.succeeded", 24], ["customer.subscription.updated", 12], ["batch.created", 8],
    ["batch.updated", 6], ["payout.paid", 3], ["v2.core.event_destination.ping", 1],
  ];
  const all = types.flatMap(([type, weight]) => Array(weight).fill(type));
  return Array.from({ length: count }, (_, number) => ["/webhook", event(all[(number * 37) % all.length], number)]);
}

/** An hour of its events: more and less of them, at one time some that the endpoint fails at, late a type that is new. */
async function hour(address) {
  const start = Date.now();
  const day = usual(400);
  for (let number = 0; ; number++) {
    const now = (Date.now() - start) / 1000 / HOUR;
    if (now >= 1) { return; }
    const some = 4 + Math.round(5 * (1 + Math.sin(now * 9) + Math.sin(now * 31) / 3));
    const batch = Array.from({ length: some }, (_, more) => day[(number * 13 + more * 7) % day.length]);
    if (now > 0.6 && now < 0.66) { batch.push(["/down", event("invoice.paid", number)]); }
    if (now > 0.35 && number % 3 === 0) { batch.push(["/hooks/github", event(number % 2 ? "workflow_job.queued" : "push", number)]); }
    if (now > 0.7 && number % 5 === 0) { batch.push(["/webhook", event("invoice.overdue", number)]); }
    if (number % 11 === 0) { batch.push(["/webhook", "no JSON"], ["/hooks/billing/old", event("refund.created", number)]); }
    if (now > 0.93 && number % 4 === 0) { batch.push(["/hooks/billing", event("invoice.paid", number)]); }
    await send(address, batch);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What axe-core finds wrong. */
async function violations(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

/** A page that fails the test if it complains, or asks for anything elsewhere. */
async function open(browser, admin, settings = {}) {
  const context = await browser.newContext(settings);
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) { page.complaints.push(message.text()); }
  });
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${admin}/`) && !url.startsWith("data:")) { page.complaints.push(`asks for ${url}`); }
  });
  page.complaints = [];
  return page;
}

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

const tests = {
  async "it is whole without script, and no type becomes a part of it"({ browser, admin }) {
    const page = await open(browser, admin, { javaScriptEnabled: false });
    await page.goto(admin);
    const text = await page.locator("body").innerText();
    for (const told of ["invoice.paid", "deny \"batch.*\"", "has failed", "Requests per minute", "deny = [..., 'payout.paid']"]) {
      assert.ok(text.includes(told), told);
    }
    assert.ok(await page.locator("rect.ok").count() > 0, "there is a bar");
    assert.ok(!text.includes("invoice.paid new"), "what came with the start is not new");
    assert.ok(text.includes("<script>window.forged = 1</script>"), "it is shown as it is");
    assert.ok(text.includes("paid\\u202ediap\\u2066") && text.includes("bell\\u0007\\u001b[31m\\u0000"), "what hides is shown");
    assert.ok(text.includes("&lt;b&gt;&amp;"), "it is escaped once");
    assert.equal(await page.locator("h1").count(), 1);
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.locator("#pause").count(), 0, "nothing that does nothing");
    await page.getByLabel("Types with").fill("batch.");
    await page.getByRole("button", { name: "Show" }).click();
    const rows = await page.locator("#recent tbody tr").allInnerTexts();
    assert.ok(rows.length > 0 && rows.every((row) => row.includes("batch.")), rows.join("\n"));
    await page.getByLabel("Types with").fill("<script>");
    await page.getByLabel("Types with").press("Enter");
    assert.ok((await page.locator("#recent tbody tr").allInnerTexts()).every((row) => row.includes("<script>")));
    assert.ok(await page.locator("#recent tbody tr").count() > 0);
    assert.equal(await page.getByLabel("Types with").inputValue(), "<script>");
    await page.getByRole("link", { name: "Show all" }).click();
    assert.equal(await page.locator("#recent tbody tr").count(), 100);
    assert.deepEqual(page.complaints, []);
  },

  async "with script it is live, and nothing hostile runs"({ browser, admin, events }) {
    const page = await open(browser, admin);
    await page.goto(admin);
    await page.locator("details", { hasText: "As a table" }).locator("summary").click();
    const asked = new Promise((resolve) => page.once("response", resolve));
    await send(events, [["/webhook", event("only.now", 1)]]);
    await page.locator("#types", { hasText: "only.now" }).waitFor({ timeout: 15_000 });
    assert.equal((await asked).status(), 200);
    assert.ok(await page.locator("#minutes details").evaluate((one) => one.open), "what was opened stays open");
    assert.equal(await page.evaluate(() => window.forged), undefined);
    // Paused, it stays as it is.
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("paused").waitFor();
    await send(events, [["/webhook", event("only.later", 1)]]);
    await page.waitForTimeout(6_000);
    assert.equal(await page.locator("#types", { hasText: "only.later" }).count(), 0);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.locator("#types", { hasText: "only.later" }).waitFor({ timeout: 15_000 });
    assert.deepEqual(page.complaints, []);
  },

  async "what is injected does not run, as the policy has it"({ browser, admin }) {
    const page = await open(browser, admin);
    await page.goto(admin);
    const ran = await page.evaluate(async () => {
      const script = document.createElement("script");
      script.textContent = "window.forged = 1";
      document.body.append(script);
      const elsewhere = await fetch("http://127.0.0.1:1/").then(() => "fetched", () => "refused");
      return [window.forged, elsewhere];
    });
    assert.deepEqual(ran, [undefined, "refused"]);
    assert.ok(page.complaints.some((text) => text.includes("Content Security Policy")), "it is the policy that refuses");
  },

  async "axe-core has nothing to say, light, dark and on a phone"({ browser, admin }) {
    for (const settings of [{}, { colorScheme: "dark" }, PHONE, { ...PHONE, colorScheme: "dark" }]) {
      const page = await open(browser, admin, { ...settings, bypassCSP: true });
      await page.goto(admin);
      assert.deepEqual(await violations(page), [], JSON.stringify(settings));
    }
  },

  async "everything can be reached by keyboard"({ browser, admin }) {
    const page = await open(browser, admin);
    await page.goto(admin);
    const reached = [];
    while (reached.at(-1) !== "BODY" && reached.length < 50) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate(() => {
        const { tagName, id, textContent } = document.activeElement;
        const { outlineStyle } = getComputedStyle(document.activeElement);
        if (tagName === "BODY") { return tagName; }
        return outlineStyle === "none" ? "unseen" : `${tagName} ${id || textContent.trim()}`;
      }));
    }
    assert.equal(reached[0], "A Skip to what came");
    for (const stop of ["BUTTON pause", "SUMMARY As a table", "INPUT type", "BUTTON Show", "A /metrics"]) {
      assert.ok(reached.includes(stop), `${stop} is not among ${reached}`);
    }
    assert.ok(!reached.includes("unseen"), "where the focus is can be seen");
  },

  async "on a phone nothing is wider than the screen"({ browser, admin }) {
    const page = await open(browser, admin, PHONE);
    await page.goto(admin);
    const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= screen, `${content} > ${screen}`);
  },

  async "a config that is not applied is told, escaped, until it is mended"({ browser, admin, file }) {
    const good = readFileSync(file, "utf8");
    const page = await open(browser, admin);
    const shown = async (text) => {
      for (let times = 0; times < 100; times++) {
        await page.goto(admin);
        if ((await page.locator("body").innerText()).includes(text)) { return; }
        await page.waitForTimeout(100);
      }
      assert.fail(`${text} is not shown`);
    };
    writeFileSync(file, `${good}\n"<b>x" = 1\n`);
    await shown("is not applied");
    await shown("<b>x");
    assert.equal(await page.title(), "endpoint fails · hooksieve");
    writeFileSync(file, good);
    await shown("The last config that was not applied");
  },
};

/** Pictures for the docs, of a usual hour. It is over soon to one whose clock is fast. */
async function pictures(browser, config) {
  const libraries = readdirSync("/usr/lib").map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`);
  const library = libraries.find((one) => existsSync(one));
  assert.ok(library, "there is libfaketime");
  const running = await hooksieve("hour.toml", `${config}\n[timeouts]\nconnect = "30m"\nresponse = "1h"\nbody = "30m"\n${ROUTES}`, {
    LD_PRELOAD: library, FAKETIME: `+0 x${FAST}`,
  });
  try {
    await send(running.events, usual(20));
    await hour(running.events);
    await take(browser, running.admin);
  } finally {
    running.process.kill("SIGKILL");
  }
}

async function take(browser, admin) {
  mkdirSync(options.pictures, { recursive: true });
  for (const [name, settings, height] of [
    ["light", { viewport: { width: 1120, height: 1400 } }, 1400],
    ["dark", { viewport: { width: 1120, height: 1400 }, colorScheme: "dark" }, 1400],
    ["phone", { ...PHONE, deviceScaleFactor: 1.5 }, 1500],
  ]) {
    const page = await open(browser, admin, settings);
    await page.goto(admin);
    const clip = { x: 0, y: 0, width: settings.viewport.width, height };
    await page.screenshot({ path: path.join(options.pictures, `page-${name}.png`), clip, fullPage: true });
  }
}

const server = await endpoint();
const upstream = `http://127.0.0.1:${server.address().port}`;
const ROUTES = `[[route]]
path = "/hooks/billing/*"
filter.allow = ["invoice.*"]
[[route]]
path = "/hooks/github"
mode = "observe"
filter.deny = ["workflow_job.*", "check_run.*"]
`;
const config = `upstream = "${upstream}"\nfilter.deny = ["batch.*"]\n`;
const running = await hooksieve("config.toml", config + ROUTES);
// A directory of its own, so that no two runs share a browser.
const browser = await chromium.launch({ executablePath: options.browser, args: FLAGS, headless: true });
let failed = 0;
try {
  if (options.pictures) { await pictures(browser, config); }
  await send(running.events, usual(20));
  await send(running.events, [["/hooks/billing", event("invoice.paid", 1)], ["/hooks/billing", event("refund.created", 2)]]);
  await send(running.events, HOSTILE.map((type, number) => ["/webhook", event(type, `<i>${number}`)]));
  await send(running.events, HOSTILE.map((type, number) => ["/hooks/github", event(type, number)]));
  await send(running.events, usual(90));
  await send(running.events, HOSTILE.map((type, number) => ["/webhook", event(type, number)]).slice(0, 1));
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test({ browser, ...running });
      console.log(`ok    ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}\n${error.stack}`);
    }
  }
} finally {
  await browser.close();
  running.process.kill("SIGTERM");
  server.close();
  server.closeAllConnections();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
