// Looks again every few seconds and renews what has changed, unless somebody is in the middle of it.
"use strict";
const EVERY = 5000;
let paused = false;

const button = document.createElement("button");
button.type = "button";
button.id = "pause";
const status = document.createElement("span");
status.setAttribute("role", "status");
function say() {
  button.textContent = paused ? "Go on" : "Pause";
  status.textContent = paused ? "paused" : "live";
}
button.addEventListener("click", () => { paused = !paused; say(); });
const controls = document.createElement("p");
controls.className = "controls";
controls.append(status, " ", button);
document.body.insertBefore(controls, document.getElementById("main"));
say();

// What was opened stays open, and what was closed stays closed.
function keepOpen(old, renewed) {
  const was = [...old.querySelectorAll("details")].map((one) => one.open);
  renewed.querySelectorAll("details").forEach((one, number) => {
    if (number < was.length) { one.open = was[number]; }
  });
}

function isInUse(element) {
  const selection = getSelection();
  return element.contains(document.activeElement) ||
    (!selection.isCollapsed && selection.containsNode(element, true));
}

async function look() {
  if (paused || document.hidden) { return; }
  try {
    const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
    if (!answer.ok) { throw new Error(answer.status); }
    const renewed = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.title = renewed.title;
    for (const old of document.querySelectorAll("[data-live]")) {
      const next = renewed.getElementById(old.id);
      if (next && !isInUse(old)) {
        keepOpen(old, next);
        if (old.innerHTML !== next.innerHTML) { old.replaceChildren(...next.childNodes); }
      }
    }
    say();
  } catch {
    status.textContent = "no answer, trying again";
  }
}
setInterval(look, EVERY);
