// Keeps a page fresh without reloading it: parts that the server renders, and a log that grows. They come by a stream of
// events; where there is none, the page asks for them from time to time.
"use strict";

const PATIENCE = 30000;

/** Asks again every `every` ms until `look` answers true; after trouble the pause doubles up to `PATIENCE`. */
function repeat(look, every) {
  let pause = every;
  const again = async () => {
    try {
      if (await look()) return;
      pause = every;
    } catch {
      pause = Math.min(pause * 2, PATIENCE);
    }
    setTimeout(again, document.hidden ? Math.max(pause, 5000) : pause);
  };
  setTimeout(again, every);
}

async function get(address) {
  const answer = await fetch(address, { credentials: "same-origin", redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

/** True while somebody writes in a form of the part: what they wrote is not to be taken away. */
function isBusy(part) {
  const field = document.activeElement;
  if (part.contains(field) && field.matches("input, textarea, select")) return true;
  return [...part.querySelectorAll("input:not([type=hidden]), textarea")].some(
    (each) => each.value !== each.defaultValue || each.checked !== each.defaultChecked,
  );
}

const waiting = new Map();

/** Shows a part as our own server rendered and escaped it, with what was unfolded in it left so. */
function show(part, html) {
  if (isBusy(part)) {
    waiting.set(part, html);
    return;
  }
  waiting.delete(part);
  const folds = [...part.querySelectorAll("details[id]")].map((each) => [each.id, each.open]);
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.innerHTML = html;
  for (const [id, open] of folds) document.getElementById(id)?.toggleAttribute("open", open);
  if (focused) document.getElementById(focused)?.focus();
}

document.addEventListener("focusout", () => {
  setTimeout(() => waiting.forEach((html, part) => show(part, html)), 0);
});

/** Lines from the server are words, never markup. The page follows its end once somebody has gone there. */
function append(list, lines) {
  const atEnd = window.scrollY > 0 && window.innerHeight + window.scrollY >= document.body.scrollHeight - 40;
  for (const line of lines) {
    const item = document.createElement("li");
    item.textContent = line;
    list.append(item);
  }
  list.dataset.from = String(Number(list.dataset.from) + lines.length);
  if (atEnd && lines.length > 0) window.scrollTo(0, document.body.scrollHeight);
}

const isOver = (part) => part.querySelector("[data-over]") !== null;
const log = document.querySelector("[data-log]");
const parts = new Map([...document.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
const known = new Map([...parts.values()].map((part) => [part, part.innerHTML.trim()]));

function renew(part, html) {
  if (known.get(part) === html.trim()) return;
  known.set(part, html.trim());
  show(part, html);
}

/** What the page does where streams don't get through. */
function askFromTimeToTime() {
  for (const part of document.querySelectorAll("[data-refresh]")) {
    if (isOver(part)) continue;
    repeat(async () => {
      renew(part, await (await get(part.dataset.refresh)).text());
      return isOver(part);
    }, Number(part.dataset.every));
  }
  if (log === null) return;
  repeat(async () => {
    const answer = await (await get(`${log.dataset.log}?from=${log.dataset.from}`)).json();
    append(log, answer.lines);
    return answer.over;
  }, 1000);
}

/** One stream while the page is looked at: browsers open only six connections to a host. */
class Stream {
  constructor(address) {
    this.address = address;
    this.source = null;
    this.over = false;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.close() : this.open()));
    this.open();
  }

  open() {
    if (this.over || this.source !== null || document.hidden) return;
    const from = log === null ? "" : `${this.address.includes("?") ? "&" : "?"}from=${log.dataset.from}`;
    const source = (this.source = new EventSource(this.address + from));
    source.addEventListener("part", (event) => {
      const { part, html } = JSON.parse(event.data);
      if (parts.has(part)) renew(parts.get(part), html);
    });
    source.addEventListener("lines", (event) => append(log, JSON.parse(event.data).lines));
    source.addEventListener("over", () => this.end());
    source.addEventListener("gone", () => {
      // Signed out, or signed in anew meanwhile: the answer to the next try says which.
      this.close();
      setTimeout(() => this.open(), 2000);
    });
    source.addEventListener("error", () => {
      // The browser comes again by itself unless it was refused.
      if (source.readyState !== EventSource.CLOSED || this.source !== source) return;
      this.end();
      askFromTimeToTime();
    });
  }

  close() {
    this.source?.close();
    this.source = null;
  }

  end() {
    this.over = true;
    this.close();
  }
}

const live = document.querySelector("[data-live]");
const stream = live !== null && "EventSource" in window ? new Stream(live.dataset.live) : null;
if (stream === null) askFromTimeToTime();

/** Every form and the stream go on with the session's new proof and cookie, in the other tabs too. */
function goOnWith(proof) {
  for (const field of document.querySelectorAll("input[name=csrf]")) field.value = field.defaultValue = proof;
  stream?.close();
  stream?.open();
}

/** Keeps somebody signed in who looks at the page when half of their session is over. */
function keepSession(seconds, tabs) {
  let due = 0;
  const put = () => (due = Date.now() + seconds * 1000);
  put();
  tabs.addEventListener("message", (event) => {
    put();
    goOnWith(event.data);
  });
  const refresh = async () => {
    if (document.hidden || Date.now() < due) return;
    put();
    const proof = document.querySelector("input[name=csrf]").value;
    const answer = await fetch("/auth/refresh", { method: "POST", headers: { "X-Slipway-CSRF": proof } });
    if (!answer.ok) return;
    const { csrf } = await answer.json();
    goOnWith(csrf);
    tabs.postMessage(csrf);
  };
  setInterval(() => refresh().catch(() => {}), Math.min(60000, seconds * 500));
  document.addEventListener("visibilitychange", () => refresh().catch(() => {}));
}

const session = document.body.dataset.session;
if (session !== undefined && "BroadcastChannel" in window) {
  keepSession(Number(session), new BroadcastChannel("slipway-session"));
}

for (const part of document.querySelectorAll("[data-load]")) {
  get(part.dataset.load)
    .then((answer) => answer.text())
    .then((html) => show(part, html))
    .catch(() => {});
}
