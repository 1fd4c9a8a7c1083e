// The kinds of pictures that a card has besides heat maps, drawn by Observable Plot.

import { compact, count, percent } from "./format.js";
import { KEY, spreadOver } from "./charts.js";
import * as Plot from "./libraries/plot.js";
import { besideBars, figure, margin, shortened, width } from "./plots.js";

const SPREAD = 300; // pixels, about: histograms stand side by side

/** @typedef {{title: string | null, unit: string, names: string[], parts: string[], counts: number[][], notes: string[]}} Bars */
/** @typedef {{unit: string, names: string[], numbers: number[]}} Dots */
/** @typedef {{title: string, asked: string, edges: number[], kept: number[], dropped: number[], thresholds: number[],
 *   is_logarithmic: boolean}} Histogram */
/** @typedef {{label: string, kind: "level" | "drop" | "add", stage: string, records: number}} Step */

/**
 * @param {Bars} bars
 * @param {string} label what it shows
 * @returns {HTMLElement}
 */
export function barChart({ unit, names, parts, counts, notes }, label) {
  const rows = names.flatMap((name, at) => parts.map((part, number) => ({ name, part, number: counts[at][number] })));
  const colours = parts.map((_, number) => `part-${number}`);
  const sums = counts.map((row) => row.reduce((sum, number) => sum + number, 0));
  const short = sums.map(count);
  const { texts, ticks, ...margins } = besideBars(margin(names), notes.length ? notes : short, short);
  const said = names.map((name, at) => ({ name, sum: sums[at], text: texts[at] }));
  return figure(
    {
      x: { label: unit, grid: true, tickFormat: compact, ticks: Math.min(ticks, Math.max(...sums)) },
      y: { label: null, domain: names, tickFormat: (/** @type {string} */ name) => shortened(name) },
      color: { domain: parts, range: colours.map((colour) => `var(--${colour})`) },
      ...margins,
      marginTop: 10,
      marginBottom: 40,
      height: 60 + 24 * names.length,
      marks: [
        Plot.barX(rows, { x: "number", y: "name", fill: "part", order: parts, insetTop: 1, insetBottom: 1 }),
        Plot.text(said, { x: "sum", y: "name", text: "text", textAnchor: "start", dx: 6 }),
        Plot.ruleX([0]),
      ],
    },
    label,
    parts.length > 1 ? parts.map((name, number) => ({ name, colour: colours[number] })) : [],
  );
}

/**
 * @param {Dots} dots
 * @param {string} label what it shows
 * @returns {HTMLElement}
 */
export function dotChart({ unit, names, numbers }, label) {
  const rows = names.map((name, at) => ({ name, number: numbers[at] }));
  return figure(
    {
      x: { label: unit, grid: true, axis: "top", zero: true },
      y: { label: null, domain: names, tickFormat: (/** @type {string} */ name) => shortened(name) },
      marginLeft: margin(names),
      marginRight: 44,
      marginTop: 40,
      marginBottom: 10,
      height: 60 + 16 * names.length,
      marks: [
        Plot.ruleY(rows, { x: "number", y: "name", stroke: "var(--line)" }),
        Plot.dot(rows, { x: "number", y: "name", fill: "var(--part-0)", r: 4 }),
        Plot.text(rows, { x: "number", y: "name", text: (/** @type {{number: number}} */ row) => row.number.toFixed(2), textAnchor: "start", dx: 8 }),
        Plot.ruleX([0]),
      ],
    },
    label,
    [],
  );
}

/**
 * @param {Histogram} histogram
 * @returns {HTMLElement}
 */
export function spreadChart({ title, asked, edges, kept, dropped, thresholds, is_logarithmic: logarithmic }) {
  const rows = kept.flatMap((documents, bin) => [
    { from: edges[bin], to: edges[bin + 1], documents, decision: "kept" },
    { from: edges[bin], to: edges[bin + 1], documents: dropped[bin], decision: "dropped" },
  ]);
  const domain = /** @type {[number, number]} */ ([edges[0], edges[edges.length - 1]]);
  const options = spreadOver(rows, { domain, logarithmic, label: asked, thresholds });
  return figure({ ...options, width: Math.min(SPREAD, width()), height: 190 }, title, KEY);
}

/**
 * Draws levels as bars from the left, and between them what was dropped or added.
 *
 * @param {Step[]} steps
 * @param {string} label what it shows
 * @returns {HTMLElement}
 */
export function flowChart(steps, label) {
  let level = 0;
  const rows = steps.map((step, at) => {
    const before = level;
    level = step.kind === "level" ? step.records : step.kind === "drop" ? level - step.records : level + step.records;
    const [from, to] = step.kind === "level" ? [0, level] : [Math.min(before, level), Math.max(before, level)];
    return { at, from, to, kind: step.kind, said: `${number(step)}${shareOf(step, before)}`, text: number(step) };
  });
  const labels = steps.map((step) => step.label);
  const { texts, ticks, ...margins } = besideBars(margin(labels), rows.map(({ said }) => said), rows.map(({ text }) => text));
  return figure(
    {
      x: { label: "documents", grid: true, tickFormat: compact, ticks },
      y: { label: null, domain: rows.map(({ at }) => at), tickFormat: (/** @type {number} */ at) => shortened(labels[at]) },
      color: { domain: ["level", "drop", "add"], range: ["var(--kept)", "var(--dropped)", "var(--part-2)"] },
      ...margins,
      marginTop: 10,
      marginBottom: 40,
      height: 60 + 26 * rows.length,
      marks: [
        Plot.barX(rows, { x1: "from", x2: "to", y: "at", fill: "kind", insetTop: 2, insetBottom: 2, stroke: "kind" }),
        Plot.text(rows, { x: "to", y: "at", text: (/** @type {{at: number}} */ row) => texts[row.at], textAnchor: "start", dx: 6 }),
        Plot.ruleX([0]),
      ],
    },
    label,
    [
      { name: "reached", colour: "kept" },
      { name: "dropped", colour: "dropped" },
      ...(steps.some(({ kind }) => kind === "add") ? [{ name: "added", colour: "part-2" }] : []),
    ],
  );
}

/**
 * @param {Step} step
 * @returns {string} its documents, with a sign unless they are a level
 */
export function number({ kind, records }) {
  return `${{ level: "", drop: "−", add: "+" }[kind]}${count(records)}`;
}

/**
 * @param {Step} step
 * @param {number} before the documents that were left
 * @returns {string} which share of them a drop is
 */
function shareOf({ kind, records }, before) {
  return kind === "drop" && before ? ` (${percent(records / before)})` : "";
}
