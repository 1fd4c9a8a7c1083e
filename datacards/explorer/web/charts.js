// Charts, drawn by Observable Plot in the colours of the page.

import { element } from "./elements.js";
import { compact } from "./format.js";
import * as Plot from "./libraries/plot.js";
import { edges } from "./scale.js";

/** @typedef {import("./scale.js").Scale} Scale */
/** @typedef {{kept: boolean, bin: number, documents: number}} Bin */

const WIDEST = 960; // pixels
const LETTER = 7; // pixels, about
const NAMES_SHARE = 0.4; // of the width, at most
const LONGEST_COLUMN = 28; // letters of a name above a column

// Blue and orange of Okabe and Ito's palette, which colour-blind people tell apart; explorer.css has them for light
// and dark.
const DECISIONS = { domain: ["kept", "dropped"], range: ["var(--kept)", "var(--dropped)"] };

/**
 * Draws how values are spread, with the thresholds that they are held against.
 *
 * @param {Bin[]} bins
 * @param {Scale} scale
 * @param {string} label what the values are
 * @param {{now: number | null, then: number | null, asked?: number[]}} thresholds null where there is none; `asked`
 *   are those of rules, which stay
 * @returns {HTMLElement}
 */
export function histogram(bins, scale, label, thresholds) {
  const rows = bins.map(({ kept, bin, documents }) => {
    const [from, to] = edges(scale, bin);
    return { from, to, documents, decision: kept ? "kept" : "dropped" };
  });
  const marks = [
    Plot.rectY(rows, { x1: "from", x2: "to", y: "documents", fill: "decision", order: ["kept", "dropped"], insetLeft: 0.5, insetRight: 0.5 }),
    Plot.ruleY([0]),
  ];
  const { now, then, asked = [] } = thresholds;
  const seen = [...new Set(asked)].filter((number) => number >= scale.low && number <= scale.high);
  if (seen.length) marks.push(Plot.ruleX(seen, { strokeDasharray: "4 3" }), Plot.text(seen, { x: (/** @type {number} */ x) => x, frameAnchor: "top", text: (/** @type {number} */ x) => String(x), dy: -14 }));
  if (now !== null) marks.push(Plot.ruleX([now], { strokeDasharray: "4 3" }), Plot.text([now], { x: (/** @type {number} */ x) => x, frameAnchor: "top", text: () => "now", dy: -14 }));
  if (then !== null && then !== now) marks.push(Plot.ruleX([then], { strokeWidth: 2.5 }));
  return figure(
    {
      x: { type: scale.logarithmic ? "log" : "linear", label, domain: [scale.low, scale.high], clamp: true },
      y: { label: "documents", labelAnchor: "center", labelArrow: "none", grid: true, tickFormat: compact, ticks: 5 },
      color: DECISIONS,
      height: 240,
      marginTop: 28,
      marginLeft: 64,
      marginBottom: 42,
      marks,
    },
    `How ${label} is spread`,
    rows.length ? ["kept", "dropped"] : [],
  );
}

/**
 * Draws how many documents of each group were kept and dropped.
 *
 * @param {{group: string, decision: string, documents: number}[]} rows the largest group first
 * @param {string} label what the groups are
 * @returns {HTMLElement}
 */
export function decisionBars(rows, label) {
  const groups = [...new Set(rows.map(({ group }) => group))];
  return figure(
    {
      x: { label: "documents", grid: true, tickFormat: compact },
      y: { label: null, domain: groups, tickFormat: shortened },
      color: DECISIONS,
      marginLeft: margin(groups),
      marginTop: 26,
      marginBottom: 40,
      height: 70 + 20 * groups.length,
      marks: [Plot.barX(rows, { x: "documents", y: "group", fill: "decision", order: ["kept", "dropped"] }), Plot.ruleX([0])],
    },
    `Documents kept and dropped, by ${label}`,
    ["kept", "dropped"],
  );
}

/**
 * Draws a number for each of some names.
 *
 * @param {{name: string, number: number}[]} rows
 * @param {string} nameLabel
 * @param {string} numberLabel
 * @returns {HTMLElement}
 */
export function bars(rows, nameLabel, numberLabel) {
  const names = rows.map(({ name }) => name);
  return figure(
    {
      x: { label: numberLabel, grid: true, tickFormat: compact },
      y: { label: null, domain: names, tickFormat: shortened },
      marginLeft: margin(names),
      marginTop: 26,
      marginBottom: 40,
      height: 70 + 20 * names.length,
      marks: [Plot.barX(rows, { x: "number", y: "name", fill: "var(--kept)" }), Plot.ruleX([0])],
    },
    `${numberLabel} by ${nameLabel}`,
    [],
  );
}

/**
 * Draws how many documents each of some rows has in each of some columns, in steps of ten.
 *
 * @param {{row: string, column: string, documents: number}[]} cells
 * @param {string[]} rows from the top
 * @param {string[]} columns from the left
 * @param {string} label what the rows and columns are
 * @returns {HTMLElement}
 */
export function heatMap(cells, rows, columns, label) {
  const most = Math.max(1, ...cells.map(({ documents }) => documents));
  const steps = Array.from({ length: String(most).length }, (_, digits) => `from ${(10 ** digits).toLocaleString("en")}`);
  const tiles = cells.map((cell) => ({ ...cell, step: steps[String(cell.documents).length - 1] }));
  const shades = steps.map((_, step) => (steps.length === 1 ? 3 : Math.round((step * 6) / (steps.length - 1))));
  const room = LETTER * Math.min(LONGEST_COLUMN, Math.max(1, ...columns.map((name) => name.length)));
  const drawn = figure(
    {
      x: { label: null, domain: columns, axis: "top", tickRotate: -90, tickFormat: (/** @type {string} */ name) => cut(name, LONGEST_COLUMN) },
      y: { label: null, domain: rows, tickFormat: shortened },
      color: { type: "ordinal", domain: steps, range: shades.map((shade) => `var(--step-${shade})`) },
      marginLeft: margin(rows),
      marginTop: 26 + room,
      marginBottom: 12,
      height: 60 + room + 15 * rows.length,
      marks: [
        Plot.cell(tiles, { x: "column", y: "row", fill: "step", inset: 0.5 }),
        Plot.tip(tiles, Plot.pointer({ x: "column", y: "row", title: (/** @type {any} */ tile) => `${tile.row}, ${tile.column}: ${tile.documents.toLocaleString("en")}` })),
      ],
    },
    `Documents kept, by ${label}`,
    [],
  );
  const key = steps.map((step, number) => element("span", { class: `key step-${shades[number]}` }, step));
  drawn.querySelector("figcaption")?.append(...key);
  return drawn;
}

/** @returns {number} how wide a chart is in this window, in pixels */
function width() {
  const room = (document.querySelector("main")?.clientWidth ?? WIDEST) - 64;
  return Math.max(280, Math.min(WIDEST, room));
}

/** @param {string[]} names */
function margin(names) {
  return 16 + LETTER * Math.max(1, ...names.map((name) => shortened(name).length));
}

/** @param {string} name */
function shortened(name) {
  return cut(name, Math.floor((NAMES_SHARE * width()) / LETTER));
}

/**
 * @param {string} name
 * @param {number} letters at most
 */
function cut(name, letters) {
  return name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
}

/**
 * Draws a plot as a figure of the page.
 *
 * @param {Record<string, any>} options
 * @param {string} label what it shows
 * @param {string[]} key the decisions whose colours it has
 * @returns {HTMLElement}
 */
function figure(options, label, key) {
  const drawn = Plot.plot({ className: "plot", width: width(), ariaLabel: label, ...options });
  // The page's policy admits no styles but those of its own files: explorer.css has what stands here.
  for (const style of drawn.querySelectorAll("style")) style.remove();
  drawn.setAttribute("role", "img");
  const colours = key.map((name) => element("span", { class: `key ${name}` }, name));
  return element("figure", { class: "chart" }, element("figcaption", {}, label, ...colours), drawn);
}
