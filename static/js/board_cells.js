/** The cells of one checkpoint on the board. */

import { words } from "./attention.js";
import { make } from "./elements.js";
import { OUTCOMES } from "./protocol.js";
import { text, timeOfDay } from "./texts.js";

const OUTCOMES_CELL = 3; // the cell that wants a line of its own on a phone

/** @returns {HTMLElement[]} in the order of the headings, without the name */
export function boardCells(row, place, labels, headings) {
  const cells = [lanes(row, place), rate(row), shares(row, labels), turnedBack(row, labels), times(row)];
  return cells.map((content, index) =>
    make("td", { className: index + 1 === OUTCOMES_CELL ? "wide" : "", data: { label: headings[index + 1] } }, content));
}

/** What is the matter, to stand by the name. */
export function matters(row) {
  return words(row).map((matter) => make("span", { className: "matter", text: matter }));
}

/** How many are online; of each that is silent since when; and what the devices complain of. */
function lanes(row, place) {
  const online = row.lanes.filter(({ state }) => state === "online").length;
  const count = make("span", { className: online ? "online" : "offline", text: text("lanes", { online, all: row.lanes.length }) });
  const cell = make("span", { className: "lanes" }, count);
  const names = new Map(place.lanes.map((lane) => [lane.id, lane.name]));
  for (const lane of row.lanes) {
    const lane_name = names.get(lane.lane_id) ?? "";
    if (lane.state === "silent") cell.append(make("span", { className: "silent", text: text("silent", { lane: lane_name, time: timeOfDay(lane.since) }) }));
    for (const code of lane.troubles) cell.append(make("span", { className: "trouble", text: `${lane_name}: ${text(`trouble.${code}`)}` }));
  }
  return cell;
}

function rate(row) {
  const usual = row.usual === null ? "" : text("usual", { n: row.usual });
  return make("span", { className: "rate" }, make("strong", { text: String(row.last_minute) }), make("small", { text: usual }));
}

/** The three shares as numbers, and as a bar that says the same to the eye. */
function shares(row, labels) {
  if (!row.scans) return "–";
  const bar = make("span", { className: "bar" });
  const numbers = make("span", { className: "numbers" });
  bar.setAttribute("aria-hidden", "true");
  for (const outcome of OUTCOMES) {
    const piece = make("span", { data: { outcome } });
    piece.style.flexGrow = String(row[outcome]);
    if (row[outcome]) bar.append(piece);
    numbers.append(make("span", { className: "share", data: { outcome } },
      make("span", { className: "visually-hidden", text: `${labels.outcomes[outcome]} ` }), String(row[outcome])));
  }
  return make("span", { className: "shares" }, bar, numbers);
}

function turnedBack(row, labels) {
  const both = { in: row.turned_back_in, out: row.turned_back_out };
  return make("span", { className: "directions" },
    ...Object.entries(both).map(([way, n]) => make("span", { text: `${labels.directions[way]} ${n}` })));
}

function times(row) {
  return row.median_ms === null ? "–" : text("times", { median: row.median_ms, p95: row.p95_ms });
}
