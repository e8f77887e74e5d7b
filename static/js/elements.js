/** Making elements. Whatever comes from a person goes in as text, never as HTML. */

/**
 * @param {string} tag
 * @param {{className?: string, text?: string, data?: Record<string, string>}} [options]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function make(tag, { className = "", text = "", data = {} } = {}, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  Object.assign(element.dataset, data);
  element.append(...children);
  return element;
}

/** The first element that has `data-testid`. */
export function byTestId(name) {
  return document.querySelector(`[data-testid="${name}"]`);
}

/** A copy of the icon of an outcome, out of the page's templates. */
export function outcomeIcon(outcome) {
  return document.getElementById(`icon-${outcome}`).content.cloneNode(true);
}
