// What the page reads first: `index.json`, as datacards/explorer/index.py writes it.

import { json } from "./files.js";

/** @typedef {{name: string, type: string, comment: string, file: string, bytes: number}} Column */
/** @typedef {{threshold: number, sql: string}} Slot a place in a rule's SQL where a threshold stands */
/** @typedef {{value: string, operator: string, sql: string, number: number | null}} Held a value and its threshold */
/** @typedef {{name: string, sql: string, verdict: string, columns: string[], thresholds: Held[],
 *   parts: (string | Slot)[]}} Rule */
/** @typedef {{rule: string | null, documents: number, shown: number, file: string, bytes: number}} Decision */
/** @typedef {{corpus: string, documents: number, rows: number, characters: number, table: string, columns: Column[],
 *   rules: Rule[], decisions: Decision[], languages: Record<string, string>}} Index */

/** @returns {Promise<Index>} */
export function readIndex() {
  return json("index.json");
}

/**
 * @param {Index} index
 * @param {string | null} label
 * @returns {string} the language's name and label
 */
export function languageName(index, label) {
  if (label === null) return "undetermined";
  const name = index.languages[label];
  return name === undefined || name === label ? label : `${name} (${label})`;
}
