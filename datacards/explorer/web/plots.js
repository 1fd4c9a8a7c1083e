// What all charts share: figures of the page that Observable Plot draws, in the page's colours.

import { element } from "./elements.js";
import * as Plot from "./libraries/plot.js";

const WIDEST = 960; // pixels
const LETTER = 7; // pixels, about
const NAMES_SHARE = 0.4; // of the width, at most
const LEAST_BARS = 160; // pixels
const TICK = 45; // pixels that a number on an axis needs

/** @returns {number} how wide a chart is in this window, in pixels */
export function width() {
  const room = (document.querySelector("main")?.clientWidth ?? WIDEST) - 64;
  return Math.max(280, Math.min(WIDEST, room));
}

/**
 * @param {string[]} names
 * @param {number} [least] letters of a name that are shown, however narrow the window is
 * @returns {number} the room that names need beside a chart, in pixels
 */
export function margin(names, least = 0) {
  return 16 + LETTER * Math.max(1, ...names.map((name) => shortened(name, least).length));
}

/**
 * @param {string} name of a language with its label behind two spaces or in brackets, or any other
 * @param {number} [least] letters that are shown, however narrow the window is
 * @returns {string} as much of it as there is room for beside a chart: of a language its label above all
 */
export function shortened(name, least = 0) {
  const letters = Math.max(least, Math.floor((NAMES_SHARE * width()) / LETTER));
  const label = /  .*$| \([a-z]{3}_[A-Z][a-z]{3}\)$/.exec(name)?.[0] ?? "";
  if (name.length <= letters || label.length + 2 > letters) return cut(name, letters);
  return `${cut(name.slice(0, name.length - label.length), letters - label.length)}${label}`;
}

/**
 * @param {number} left pixels
 * @param {string[]} said what stands at the end of bars
 * @param {string[]} short what stands there where that leaves the bars no room
 * @returns {{marginLeft: number, marginRight: number, ticks: number, texts: string[]}} room beside bars, and how many
 *   numbers their axis has room for
 */
export function besideBars(left, said, short) {
  const rightOf = (/** @type {string[]} */ texts) => 16 + LETTER * Math.max(1, ...texts.map((text) => text.length));
  const texts = width() - left - rightOf(said) < LEAST_BARS ? short : said;
  const room = width() - left - rightOf(texts);
  return { marginLeft: left, marginRight: rightOf(texts), ticks: Math.max(2, Math.min(6, Math.floor(room / TICK))), texts };
}

/**
 * @param {string} name
 * @param {number} letters at most
 * @returns {string}
 */
export function cut(name, letters) {
  return name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
}

/**
 * @param {string[]} names
 * @param {number} letters of a name that are shown, at most
 * @returns {number} the room that names need above a chart, one letter below the other, in pixels
 */
export function roomAbove(names, letters) {
  return LETTER * Math.min(letters, Math.max(1, ...names.map((name) => name.length)));
}

/**
 * Draws a plot as a figure of the page.
 *
 * @param {Record<string, any>} options of Observable Plot; the width is that of the window, unless they name one
 * @param {string} label what it shows
 * @param {{name: string, colour: string}[]} key its colours, by class
 * @returns {HTMLElement}
 */
export function figure(options, label, key) {
  const drawn = Plot.plot({ className: "plot", width: width(), ariaLabel: label, ...options });
  // The page's policy admits no styles but those of its own files: explorer.css has what stands here.
  for (const style of drawn.querySelectorAll("style")) style.remove();
  drawn.setAttribute("role", "img");
  const colours = key.map(({ name, colour }) => element("span", { class: `key ${colour}` }, name));
  const scrolls = (options.width ?? 0) > width(); // also by keyboard, then
  return element("figure", { class: "chart", tabindex: scrolls ? 0 : null }, element("figcaption", {}, label, ...colours), drawn);
}
