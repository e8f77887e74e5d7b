/** The queue by keyboard: j and k go down and up, Enter opens, x marks, / searches. */

const rows = [...document.querySelectorAll("#queue .application")];
const search = document.getElementById("q");
const count = document.getElementById("marked-count");
const FIELDS = "input:not([type=checkbox]), select, textarea";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest(FIELDS)) return;
  const act = { j: () => go(1), ArrowDown: () => go(1), k: () => go(-1), ArrowUp: () => go(-1), x: mark, "/": () => search.focus() }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener("change", showCount);
showCount(); // a browser that went back has kept the marks

/** The row that has the focus; -1 before the first. */
function current() {
  return rows.findIndex((row) => row.contains(document.activeElement));
}

function go(step) {
  const row = rows[Math.min(rows.length - 1, Math.max(0, current() + step))];
  row?.querySelector(".who").focus();
  row?.scrollIntoView({ block: "nearest" });
}

function mark() {
  const box = rows[current()]?.querySelector("input[name=marked]");
  if (!box) return;
  box.checked = !box.checked;
  showCount();
}

function showCount() {
  if (count) count.textContent = String(document.querySelectorAll("input[name=marked]:checked").length);
}
