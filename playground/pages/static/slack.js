// Keeps Slack's pages fresh and sends what people do, without losing what they type.
const page = document.querySelector("[data-live]");
const token = document.body.dataset.formToken;
const shown = {};

function part(name) {
  return document.querySelector(`[data-part="${name}"]`);
}

async function refresh() {
  if (!page || document.hidden) return;
  const answer = await fetch(page.dataset.live, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const fresh = await answer.json();
  for (const [name, html] of Object.entries(fresh)) {
    if (part(name) && html !== shown[name]) replace(part(name), html, name in shown || name === "modal");
    shown[name] = html;
  }
}

// What was typed into a field stays in the field of the same name, and a list that was read to its end stays there.
function replace(region, html, keep) {
  const form = region.querySelector("form[data-view]");
  const before = form ? { view: form.dataset.view, fields: fieldsOf(form) } : null;
  const atEnd = region.scrollHeight - region.scrollTop - region.clientHeight < 60;
  const focused = document.activeElement?.name;
  const inside = region.contains(document.activeElement);
  region.innerHTML = html;
  const after = region.querySelector("form[data-view]");
  if (keep && before && after && after.dataset.view === before.view) restore(after, before.fields);
  if (inside && focused) region.querySelector(`[name="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  if (after && region.dataset.part === "modal" && (!before || before.view !== after.dataset.view)) begin(after);
  if (atEnd && ["messages", "thread"].includes(region.dataset.part)) region.scrollTop = region.scrollHeight;
}

function fieldsOf(form) {
  const named = [...form.elements].filter((one) => one.name && !["hidden", "submit", "button"].includes(one.type));
  const picked = [...form.querySelectorAll(".pick")].map((one) => [one.dataset.action, pickedIn(one)]);
  return { named: new Map(named.map((one) => [`${one.name}=${one.type === "radio" ? one.value : ""}`, held(one)])), picked: new Map(picked) };
}

function held(one) {
  return one.type === "checkbox" || one.type === "radio" ? one.checked : one.value;
}

function pickedIn(pick) {
  return [pick.querySelector("[type=hidden]").value, pick.querySelector("[type=text]").value];
}

function restore(form, fields) {
  for (const one of form.elements) {
    const value = fields.named.get(`${one.name}=${one.type === "radio" ? one.value : ""}`);
    if (value === undefined || !one.name) continue;
    if (typeof value === "boolean") one.checked = value;
    else if (one.tagName !== "SELECT" || [...one.options].some((option) => option.value === value)) one.value = value;
  }
  for (const pick of form.querySelectorAll(".pick")) {
    const value = fields.picked.get(pick.dataset.action);
    if (value) [pick.querySelector("[type=hidden]").value, pick.querySelector("[type=text]").value] = value;
  }
}

function begin(form) {
  const fields = form.querySelectorAll(".inside input:not([type=hidden]), .inside select, .inside textarea");
  (fields[0] ?? form.querySelector("footer .primary, footer .button"))?.focus();
}

let saying = 0;

function say(words) {
  const toast = document.querySelector(".toast");
  toast.textContent = words;
  toast.hidden = false;
  clearTimeout(saying);
  saying = setTimeout(() => { toast.hidden = true; }, 6000);
}

async function send(path, fields) {
  const body = new URLSearchParams(fields);
  if (!body.has("form_token")) body.set("form_token", token);
  const answer = await fetch(path, { method: "POST", body, headers: { "x-quiet": "1" } });
  if (answer.ok) return answer.json();
  const told = new DOMParser().parseFromString(await answer.text(), "text/html");
  say(told.querySelector(".hero p")?.textContent ?? "That didn't work. Load the page again.");
  return null;
}

async function sendForm(form, extra) {
  const waiting = [...form.querySelectorAll("button")];
  for (const button of waiting) button.classList.add("waiting");
  // Not form.action: that would be a field of this name.
  const said = await send(form.getAttribute("action"), [...new FormData(form), ...extra]).catch(() => null);
  for (const button of waiting) button.classList.remove("waiting");
  if (said?.said && form.closest("[data-part=modal]")) say(said.said);
  await refresh().catch(() => {});
  return said;
}

// Asks once more before a button does something, as the app wants it.
function sure(button) {
  if (!button?.dataset.confirm) return Promise.resolve(true);
  const words = JSON.parse(button.dataset.confirm);
  const dialog = document.createElement("dialog");
  dialog.className = "sure";
  const title = Object.assign(document.createElement("h2"), { textContent: words.title.text });
  const text = Object.assign(document.createElement("p"), { textContent: words.text.text });
  const no = Object.assign(document.createElement("button"), { textContent: words.deny.text, className: "button" });
  const yes = Object.assign(document.createElement("button"), { textContent: words.confirm.text, className: "button primary" });
  if (words.style === "danger") yes.className = "button danger";
  dialog.append(title, text, no, yes);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    const end = (answer) => { dialog.remove(); resolve(answer); };
    no.addEventListener("click", () => end(false));
    yes.addEventListener("click", () => end(true));
    dialog.addEventListener("cancel", () => end(false));
  });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-quiet]")) return;
  event.preventDefault();
  const button = event.submitter;
  if (!(await sure(button))) return;
  const composer = form.matches(".composer") ? form.querySelector("textarea") : null;
  if (composer && !composer.value.trim()) return;
  const extra = button?.name ? [[button.name, button.value]] : [];
  const said = await sendForm(form, extra);
  if (said && composer) composer.value = "";
});

// Fields that tell the app of each choice, and of what is typed where the app wants that.
function dispatch(field) {
  const form = field.closest("form");
  const action = field.dataset.action;
  if (!form || (field.tagName === "SELECT" && !field.value)) return;
  sendForm(form, form.dataset.view ? [["press", action], ["chosen", field.value ?? ""]] : []);
}

document.addEventListener("change", (event) => {
  if (event.target.dataset.dispatch === "change") dispatch(event.target);
});

let typing = 0;

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.closest(".pick")) offer(field.closest(".pick"), true);
  if (!field.dataset.dispatch?.includes("on_character_entered")) return;
  clearTimeout(typing);
  typing = setTimeout(() => dispatch(field), 300);
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key === "Escape") part("modal")?.querySelector("button.close")?.click();
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  const pick = field.closest?.(".pick");
  if (pick) {
    event.preventDefault();
    pick.querySelector("li")?.click();
  } else if (field.closest(".composer")) {
    event.preventDefault();
    field.form.requestSubmit();
  } else if (field.dataset.dispatch?.includes("on_enter_pressed")) {
    event.preventDefault();
    dispatch(field);
  }
});

// Selects whose options the app offers while somebody types.
let asked = 0;

async function offer(pick, typed) {
  const text = pick.querySelector("[type=text]").value;
  const list = pick.querySelector("ul");
  if (typed) pick.querySelector("[type=hidden]").value = "";
  const query = typed ? text : "";
  if (query.length < Number(pick.dataset.least)) return;
  const number = ++asked;
  const { place, ts, action } = pick.dataset;
  const options = await send("/slack/options", { view: place, place, ts, action, typed: query });
  if (number !== asked || !options) return;
  list.replaceChildren(...options.map((option) => optionOf(pick, option)));
  if (!options.length) list.append(Object.assign(document.createElement("p"), { textContent: "No result" }));
  list.hidden = false;
}

function optionOf(pick, option) {
  const item = Object.assign(document.createElement("li"), { textContent: option.text.text, role: "option" });
  item.addEventListener("mousedown", (event) => event.preventDefault());
  item.addEventListener("click", () => {
    pick.querySelector("[type=hidden]").value = JSON.stringify(option);
    pick.querySelector("[type=text]").value = option.text.text;
    pick.querySelector("ul").hidden = true;
    if (pick.dataset.dispatch) dispatch(pick);
  });
  return item;
}

document.addEventListener("focusin", (event) => {
  const pick = event.target.closest(".pick");
  if (pick && event.target.type === "text") offer(pick, false);
});

document.addEventListener("focusout", (event) => {
  const list = event.target.closest(".pick")?.querySelector("ul");
  if (list) list.hidden = true;
});

// A link that is a button opens at once, and the app hears of it too.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-also]");
  const message = link?.closest("[data-ts]");
  const { also: action, block } = link?.dataset ?? {};
  if (link && message) send(`${location.pathname}/press`, { ts: message.dataset.ts, block, action });
  else if (link) sendForm(link.closest("form"), [["press", `${encodeURIComponent(block)}|${encodeURIComponent(action)}`]]);
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

async function keepFresh() {
  await refresh().catch(() => {});
  setTimeout(keepFresh, 1000);
}

for (const list of document.querySelectorAll('[data-part="messages"], [data-part="thread"]')) list.scrollTop = list.scrollHeight;
if (location.hash) document.querySelector(location.hash)?.scrollIntoView();
const opened = part("modal")?.querySelector("form");
if (opened) begin(opened);
if (page) keepFresh();
