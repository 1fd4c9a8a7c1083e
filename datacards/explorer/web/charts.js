// Charts, drawn by Observable Plot in the colours of the page.

import { compact } from "./format.js";
import * as Plot from "./libraries/plot.js";
import { figure, margin, shortened } from "./plots.js";
import { edges } from "./scale.js";

/** @typedef {import("./scale.js").Scale} Scale */
/** @typedef {{kept: boolean, bin: number, documents: number}} Bin */

// Blue and orange of Okabe and Ito's palette, which colour-blind people tell apart; explorer.css has them for light
// and dark.
export const KEY = ["kept", "dropped"].map((name) => ({ name, colour: name }));
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
  const { now, then, asked = [] } = thresholds;
  const options = spreadOver(rows, { domain: [scale.low, scale.high], logarithmic: scale.logarithmic, label, thresholds: asked });
  const above = { frameAnchor: /** @type {const} */ ("top"), dy: -14 };
  if (now !== null) options.marks.push(Plot.ruleX([now], { strokeDasharray: "4 3" }), Plot.text([now], { x: (/** @type {number} */ x) => x, text: () => "now", ...above }));
  if (then !== null && then !== now) options.marks.push(Plot.ruleX([then], { strokeWidth: 2.5 }));
  return figure(options, `How ${label} is spread`, rows.length ? KEY : []);
}

/**
 * Returns what Observable Plot draws a histogram from.
 *
 * @param {{from: number, to: number, documents: number, decision: string}[]} rows
 * @param {{domain: [number, number], logarithmic: boolean, label: string, thresholds: number[]}} axis what the values
 *   are, where the axis ends, and the thresholds to mark: those beyond its ends by an arrow
 * @returns {Record<string, any> & {marks: any[]}}
 */
export function spreadOver(rows, { domain, logarithmic, label, thresholds }) {
  const [low, high] = domain;
  const marked = [...new Set(thresholds)].map((value) => ({
    value,
    at: Math.min(Math.max(value, low), high),
    said: value < low ? `← ${value}` : value > high ? `${value} →` : String(value),
  }));
  const within = marked.filter(({ at, value }) => at === value);
  const mark = { x: "at", text: "said", frameAnchor: /** @type {const} */ ("top"), dy: -14 };
  return {
    x: { type: logarithmic ? "log" : "linear", label, domain, clamp: true },
    y: { label: "documents", labelAnchor: "center", labelArrow: "none", grid: true, tickFormat: compact, ticks: 5 },
    color: DECISIONS,
    height: 240,
    marginTop: 28,
    marginLeft: 64,
    marginBottom: 42,
    marks: [
      Plot.rectY(rows, { x1: "from", x2: "to", y: "documents", fill: "decision", order: ["kept", "dropped"], insetLeft: 0.5, insetRight: 0.5 }),
      Plot.ruleY([0]),
      Plot.ruleX(within, { x: "at", strokeDasharray: "4 3" }),
      Plot.text(within, mark),
      Plot.text(marked.filter(({ value }) => value < low), { ...mark, textAnchor: "start" }),
      Plot.text(marked.filter(({ value }) => value > high), { ...mark, textAnchor: "end" }),
    ],
  };
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
      y: { label: null, domain: groups, tickFormat: (/** @type {string} */ name) => shortened(name) },
      color: DECISIONS,
      marginLeft: margin(groups),
      marginTop: 26,
      marginBottom: 40,
      height: 70 + 20 * groups.length,
      marks: [Plot.barX(rows, { x: "documents", y: "group", fill: "decision", order: ["kept", "dropped"] }), Plot.ruleX([0])],
    },
    `Documents kept and dropped, by ${label}`,
    KEY,
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
      y: { label: null, domain: names, tickFormat: (/** @type {string} */ name) => shortened(name) },
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
