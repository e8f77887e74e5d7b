/** The page's own words. They stand in the template, where they are translated. */

/**
 * The data of a `json_script` element.
 * @param {string} id
 * @returns {any}
 */
export function pageData(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/**
 * A text of the template: `<span data-text="name">…</span>`, with `{n}` for what is filled in.
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function text(name, values = {}) {
  return (wordsOf(name) ?? name).replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

/** Whether the template has a text of this name. */
export function hasText(name) {
  return wordsOf(name) !== null;
}

// Looked for once each: a search through the page for every word would make each verdict wait.
const found = new Map();

function wordsOf(name) {
  if (!found.has(name)) {
    found.set(name, document.querySelector(`[data-text="${CSS.escape(name)}"]`)?.textContent ?? null);
  }
  return found.get(name);
}

const language = document.documentElement.lang || "vi";
// English as it is written here: the day before the month, and 24 hours.
const locale = language === "en" ? "en-GB" : language;

/** A time of day, to the second. */
export function timeOfDay(milliseconds) {
  return formatter({ hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(milliseconds);
}

/** A time of day; of another day than today the date with it. */
export function moment(milliseconds) {
  const isToday = new Date(milliseconds).toDateString() === new Date().toDateString();
  return isToday ? timeOfDay(milliseconds) : dateAndTime(milliseconds);
}

/**
 * A date with a time, to the minute: in the device's time zone, or in one that is given by its name.
 * @param {number} milliseconds
 * @param {string} [timeZone]
 */
export function dateAndTime(milliseconds, timeZone) {
  return formatter({
    timeZone,
    day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit",
  }).format(milliseconds);
}

// Made once each, which takes longer than to use them.
const formatters = new Map();

function formatter(options) {
  const key = JSON.stringify(options);
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat(locale, options));
  return formatters.get(key);
}

/** A permit kind's name in the page's language. */
export function kindName(kind) {
  return kind ? kind[language] || kind.vi : "";
}
