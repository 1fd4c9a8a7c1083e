// Heat maps, drawn by Observable Plot: a row a language, a few steps of colour.

import { count } from "./format.js";
import * as Plot from "./libraries/plot.js";
import { cut, figure, margin, roomAbove, shortened, width } from "./plots.js";

const LONGEST_COLUMN = 34; // letters of a name above a column
const LEAST_ROW = 24; // letters of a name before a row
const NARROWEST = 14; // pixels of a column; where the window is narrower, the chart is scrolled
const WIDEST = 44;
const SHADES = 7; // that explorer.css has

/** @typedef {{row: string, column: string, step: string, documents: number}} Tile */

/**
 * Draws documents by two things.
 *
 * @param {Tile[]} tiles
 * @param {{rows: string[], columns: string[], steps: string[]}} names of the rows from the top, of the columns from the
 *   left, of the steps from few to many
 * @param {string} label what it shows
 * @returns {HTMLElement}
 */
export function heatMap(tiles, { rows, columns, steps }, label) {
  const shades = steps.map((_, step) => (steps.length === 1 ? 3 : Math.round((step * (SHADES - 1)) / (steps.length - 1))));
  const left = margin(rows, LEAST_ROW);
  const above = roomAbove(columns, LONGEST_COLUMN);
  const right = 20;
  const room = Math.max(left + right + NARROWEST * columns.length, Math.min(width(), left + right + WIDEST * columns.length));
  return figure(
    {
      x: { label: null, domain: columns, axis: "top", tickRotate: -90, tickFormat: (/** @type {string} */ name) => cut(name, LONGEST_COLUMN) },
      y: { label: null, domain: rows, tickFormat: (/** @type {string} */ name) => shortened(name, LEAST_ROW) },
      color: { type: "ordinal", domain: steps, range: shades.map((shade) => `var(--step-${shade})`) },
      width: room,
      marginLeft: left,
      marginRight: right,
      marginTop: 26 + above,
      marginBottom: 12,
      height: 60 + above + 15 * rows.length,
      marks: [
        Plot.cell(tiles, { x: "column", y: "row", fill: "step", inset: 0.5 }),
        Plot.tip(tiles, Plot.pointer({ x: "column", y: "row", title: (/** @type {Tile} */ tile) => `${tile.row}, ${tile.column}: ${count(tile.documents)}` })),
      ],
    },
    label,
    steps.map((name, step) => ({ name, colour: `step-${shades[step]}` })),
  );
}

/**
 * Returns names for steps of ten, and the step of a number.
 *
 * @param {number} most the greatest number
 * @returns {{steps: string[], of: (number: number) => string}}
 */
export function stepsOfTen(most) {
  const steps = Array.from({ length: String(most).length }, (_, digits) => `from ${count(10 ** digits)}`);
  return { steps, of: (number) => steps[String(number).length - 1] };
}
