// Kept documents by two things at once: a row for each language, a column for each source or licence.

import { element, table } from "./elements.js";
import { count } from "./format.js";
import { heatMap, stepsOfTen } from "./heat.js";
import { languageName } from "./index.js";
import { quoted } from "./rules.js";

/** @typedef {import("./index.js").Index} Index */
/** @typedef {import("./engine.js").Engine} Engine */

const ROWS = 140;
const COLUMNS = 24;
const OTHERS = "others";

/** What can stand in the columns. */
export const CROSSED = new Map([
  ["language and source", "source"],
  ["language and licence", "license"],
]);

/**
 * @param {Index} index
 * @param {Engine} engine
 * @param {string} column a column of categories
 * @returns {Promise<{said: string, elements: HTMLElement[]}>}
 */
export async function crossed(index, engine, column) {
  const sql = `SELECT language AS row, ${quoted(column)} AS "column", count(*) AS documents FROM corpus WHERE kept
    GROUP BY ALL ORDER BY documents DESC, "row", "column"`;
  const found = await engine.rows(sql, ["language", column, "kept"]);
  const name = (/** @type {any} */ one) => ({ ...one, row: languageName(index, one.row), column: one.column ?? "none" });
  const named = found.map(name);
  const rows = ranked(named, "row", ROWS);
  const columns = ranked(named, "column", COLUMNS);
  /** @type {Map<string, {row: string, column: string, documents: number}>} */
  const cells = new Map();
  for (const { row, column: at, documents } of named) {
    const cell = { row: rows.has(row) ? row : OTHERS, column: columns.has(at) ? at : OTHERS, documents };
    const key = JSON.stringify([cell.row, cell.column]);
    cells.set(key, { ...cell, documents: documents + (cells.get(key)?.documents ?? 0) });
  }
  const numbers = table(
    "The numbers",
    ["language", column, "documents"],
    named.map((one) => [one.row, one.column, count(one.documents)]),
    [false, false, true],
  );
  const { steps, of } = stepsOfTen(Math.max(1, ...[...cells.values()].map((cell) => cell.documents)));
  const tiles = [...cells.values()].map((cell) => ({ ...cell, step: of(cell.documents) }));
  const kept = named.reduce((sum, one) => sum + one.documents, 0);
  return {
    said: `${count(kept)} documents kept, in ${count(rows.size)} rows and ${count(columns.size)} columns`,
    elements: [
      heatMap(tiles, { rows: [...rows], columns: [...columns], steps }, `Documents kept, by language and ${column}`),
      element("details", {}, element("summary", {}, "The numbers"), numbers),
    ],
  };
}

/**
 * Returns the names with most documents, and a last one for the rest.
 *
 * @param {any[]} cells
 * @param {"row" | "column"} side
 * @param {number} most
 * @returns {Set<string>}
 */
function ranked(cells, side, most) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const cell of cells) sums.set(cell[side], (sums.get(cell[side]) ?? 0) + cell.documents);
  const names = [...sums].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([name]) => name);
  return new Set(names.length > most + 1 ? [...names.slice(0, most), OTHERS] : names);
}
