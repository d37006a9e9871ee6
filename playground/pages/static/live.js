// Keeps the part of a page marked data-live fresh; what is typed lies outside of it and stays.
const region = document.querySelector("[data-live]");

function opened() {
  return new Set([...region.querySelectorAll("details[open]")].map(place));
}

function place(details) {
  const box = details.closest("[id]");
  const siblings = box ? [...box.querySelectorAll("details")] : [details];
  return `${box ? box.id : ""}/${siblings.indexOf(details)}`;
}

function focusable() {
  return [...region.querySelectorAll("a, button, summary")];
}

let shown = "";

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(region.dataset.live, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = await answer.text();
  if (fresh !== shown) replace(fresh);
  shown = fresh;
}

// What was unfolded stays unfolded, and the keyboard stays where it was.
function replace(fresh) {
  const wasOpen = opened();
  const focused = focusable().indexOf(document.activeElement);
  region.innerHTML = fresh;
  for (const details of region.querySelectorAll("details")) details.open ||= wasOpen.has(place(details));
  if (focused >= 0) focusable()[focused]?.focus({ preventScroll: true });
}

async function keepFresh() {
  // A playground that is restarting is asked again a second later.
  await refresh().catch(() => {});
  setTimeout(keepFresh, 1000);
}

if (region) {
  keepFresh();
}
