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
  const element = document.querySelector(`[data-text="${CSS.escape(name)}"]`);
  const words = element ? element.textContent : name;
  return words.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

/** Whether the template has a text of this name. */
export function hasText(name) {
  return document.querySelector(`[data-text="${CSS.escape(name)}"]`) !== null;
}

const language = document.documentElement.lang || "vi";
// English as it is written here: the day before the month, and 24 hours.
const locale = language === "en" ? "en-GB" : language;

/** A time of day, to the second. */
export function timeOfDay(milliseconds) {
  return new Date(milliseconds).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

/**
 * A date with a time, to the minute: in the device's time zone, or in one that is given by its name.
 * @param {number} milliseconds
 * @param {string} [timeZone]
 */
export function dateAndTime(milliseconds, timeZone) {
  return new Date(milliseconds).toLocaleString(locale, {
    timeZone,
    day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit",
  });
}

/** A permit kind's name in the page's language. */
export function kindName(kind) {
  return kind ? kind[language] || kind.vi : "";
}
