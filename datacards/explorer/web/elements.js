// Elements made from text: whatever stands in a document is text here, never markup.

/** @typedef {string | number | Node | null | undefined} Child */

/**
 * Makes an element.
 *
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes] those that are null, undefined or
 *   false are left out
 * @param {...Child} children text and elements
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  fill(made, ...children);
  return made;
}

/**
 * Puts children in the place of those that an element has.
 *
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.filter((child) => child !== null && child !== undefined).map(asNode));
}

/**
 * Finds an element of the page that must be there.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${type.name} #${id}`);
  return found;
}

/**
 * Makes a link, if the address is one of the web; any other, such as `javascript:`, stays text.
 *
 * @param {string} address
 * @param {string} [text]
 * @returns {Node}
 */
export function link(address, text = address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) return document.createTextNode(text);
  return element("a", { href: url.href, rel: "noopener noreferrer", referrerpolicy: "no-referrer" }, text);
}

/**
 * Makes a table.
 *
 * @param {string} caption
 * @param {string[]} header
 * @param {Child[][]} rows the first cell of each is its heading
 * @param {boolean[]} numeric which columns are numbers
 * @returns {HTMLElement}
 */
export function table(caption, header, rows, numeric) {
  const heading = (/** @type {string} */ text, /** @type {number} */ column) =>
    element("th", { scope: "col", class: numeric[column] ? "number" : null }, text);
  const cell = (/** @type {Child} */ value, /** @type {number} */ column) =>
    column === 0
      ? element("th", { scope: "row" }, value)
      : element("td", { class: numeric[column] ? "number" : null }, value);
  return element(
    "div",
    { class: "wide", tabindex: 0, role: "region", "aria-label": caption },
    element(
      "table",
      {},
      element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...header.map(heading))),
      element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map(cell)))),
    ),
  );
}

/** @param {Child} child */
function asNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}
