/** Exports with progress. Without this script the links simply download. */

import { make } from "./elements.js";
import { readTable } from "./table_reading.js";
import { text } from "./texts.js";

const KEPT_MS = 60_000; // a blob's address: the browser may not have begun to read it

for (const box of document.querySelectorAll("[data-exports]")) {
  const status = make("div", { className: "export-status", data: { testid: "export-status" } });
  status.setAttribute("role", "status");
  box.append(status);
  box.addEventListener("click", (event) => {
    const link = event.target.closest("a[download]:not([href^=blob])");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!box.dataset.busy) run(box, link, status);
  });
}

/** Fetch one file, show how far it is, and save it. */
async function run(box, link, status) {
  box.dataset.busy = "1";
  const abort = new AbortController();
  const bar = make("progress");
  bar.setAttribute("aria-label", text("export.making"));
  // Said once: a screen reader would read out every number.
  const words = make("span");
  words.setAttribute("aria-hidden", "true");
  const cancel = make("button", { className: "quiet", text: text("export.cancel") });
  cancel.type = "button";
  cancel.addEventListener("click", () => abort.abort());
  status.replaceChildren(make("span", { text: text("export.making") }), bar, words, cancel);
  const ended = await readTable(link.href, abort.signal, (far) => show(bar, words, far));
  delete box.dataset.busy;
  if (status.contains(document.activeElement)) link.focus();
  status.replaceChildren(make("span", { text: text(`export.${ended.state}`), data: { state: ended.state } }));
  if (ended.state === "saved") save(ended);
  else if (ended.file?.size) status.append(linkTo(ended, text("export.keep")));
}

function show(bar, words, { rows, of, bytes }) {
  if (of) {
    bar.max = of;
    bar.value = Math.min(rows, of);
    words.textContent = text("export.rows", { n: Math.min(rows, of), of });
  } else if (bytes) words.textContent = text("export.kilobytes", { n: Math.ceil(bytes / 1000) });
}

function linkTo({ file, name }, words) {
  const link = make("a", { text: words });
  link.href = URL.createObjectURL(file);
  link.download = name;
  return link;
}

function save(ended) {
  const link = linkTo(ended, "");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
