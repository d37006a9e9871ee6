// Keeps a page fresh without reloading it: parts that the server renders, and a log that grows.
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

for (const part of document.querySelectorAll("[data-refresh]")) {
  const over = () => part.querySelector("[data-over]") !== null;
  let known = part.innerHTML.trim();
  if (over()) continue;
  repeat(async () => {
    // Rendered and escaped by our own server: the same template as the page itself.
    const html = (await (await get(part.dataset.refresh)).text()).trim();
    if (html !== known) part.innerHTML = known = html;
    return over();
  }, Number(part.dataset.every));
}

for (const list of document.querySelectorAll("[data-log]")) {
  let next = Number(list.dataset.from);
  repeat(async () => {
    const atEnd = window.innerHeight + window.scrollY >= document.body.scrollHeight - 40;
    const answer = await (await get(`${list.dataset.log}?from=${next}`)).json();
    for (const line of answer.lines) {
      const item = document.createElement("li");
      item.textContent = line;
      list.append(item);
    }
    next = answer.next;
    if (atEnd && answer.lines.length > 0) window.scrollTo(0, document.body.scrollHeight);
    return answer.over;
  }, 1000);
}
