/** Draws numbers over time as lines. What it draws stands in a table beside it, for whoever sees no drawing. */

import uPlot from "../vendor/uplot/uPlot.esm.js";
import { text } from "./texts.js";

const LOCALE = document.documentElement.lang === "en" ? "en-GB" : "vi";
const DAY_SECONDS = 86_400;
const LEAST_HEIGHT = 120;
// What a line is called in the data, and the CSS colour that it has; others take the rest in turn.
const COLOURS = { allow: "--allow", hold: "--hold", refuse: "--refuse", usual: "--ink-quiet" };
const OTHER_COLOURS = ["--accent", "--hold"];
const DASHES = { usual: [6, 4], hold: [10, 3], refuse: [3, 3], out: [10, 3] };

/**
 * Draw into an element, as high as its CSS min-height, and draw again when its width changes. The page
 * has the text `time`. Numbers that are null are gaps.
 * @param {HTMLElement} element
 * @param {{times: number[], series: {code: string, name: string, values: (number | null)[]}[]}} curve times in milliseconds
 * @param {{timeZone?: string}} [options]
 * @returns {{take: (curve: object) => void, end: () => void}} `take` draws other numbers of the same lines
 */
export function drawCurve(element, curve, { timeZone } = {}) {
  element.setAttribute("aria-hidden", "true");
  element.replaceChildren();
  const plot = new uPlot({ ...sizeOf(element), ...looks(element, curve, timeZone) }, columns(curve), element);
  const watch = new ResizeObserver(() => plot.setSize(sizeOf(element)));
  watch.observe(element);
  return {
    take: (newer) => plot.setData(columns(newer)),
    end: () => { watch.disconnect(); plot.destroy(); },
  };
}

function columns({ times, series }) {
  return [times.map((time) => time / 1000), ...series.map(({ values }) => values)];
}

function sizeOf(element) {
  return { width: element.clientWidth, height: Math.max(LEAST_HEIGHT, parseFloat(getComputedStyle(element).minHeight) || 0) };
}

function looks(element, { series }, timeZone) {
  const style = getComputedStyle(element);
  const colour = (name) => style.getPropertyValue(name).trim();
  const grid = { stroke: colour("--line"), width: 1 };
  const axis = { stroke: colour("--ink-quiet"), grid, ticks: grid, font: `12px ${style.fontFamily}` };
  const rest = [...OTHER_COLOURS];
  return {
    tzDate: (seconds) => (timeZone ? uPlot.tzDate(new Date(seconds * 1000), timeZone) : new Date(seconds * 1000)),
    cursor: { drag: { x: false, y: false } },
    axes: [
      { ...axis, values: (_plot, splits, _axis, _space, step) => splits.map((at) => shortTime(at, step, timeZone)) },
      { ...axis, size: 60, values: (_plot, splits) => splits.map((n) => (Number.isInteger(n) ? n.toLocaleString(LOCALE) : "")) },
    ],
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.05)] } },
    series: [
      { label: text("time"), value: (_plot, at) => (at === null ? "–" : longTime(at, timeZone)) },
      ...series.map(({ code, name }) => ({
        label: name,
        stroke: colour(COLOURS[code] ?? rest.shift() ?? OTHER_COLOURS[0]),
        width: 2,
        dash: DASHES[code],
        points: { show: false },
        value: (_plot, n) => (n === null ? "–" : Math.round(n).toLocaleString(LOCALE)),
      })),
    ],
  };
}

function shortTime(seconds, step, timeZone) {
  const parts = step >= DAY_SECONDS ? { day: "2-digit", month: "2-digit" } : { hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(LOCALE, { ...parts, timeZone }).format(seconds * 1000);
}

function longTime(seconds, timeZone) {
  const parts = { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit", timeZone };
  return new Intl.DateTimeFormat(LOCALE, parts).format(seconds * 1000);
}
