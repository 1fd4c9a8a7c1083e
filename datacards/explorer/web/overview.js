// Charts of the whole table: how a signal is spread, and what was kept of each language, source and licence.

import { decisionBars, histogram } from "./charts.js";
import { CROSSED, crossed } from "./crossed.js";
import { byId, element, fill, table } from "./elements.js";
import { reason } from "./engine.js";
import { count } from "./format.js";
import { languageName } from "./index.js";
import { quoted } from "./rules.js";
import { binned, scaleOf, spread } from "./scale.js";

/** @typedef {import("./index.js").Index} Index */
/** @typedef {import("./engine.js").Engine} Engine */

const GROUPS = 30;
const NUMBER = /INT|FLOAT|DOUBLE/;
const GROUPINGS = ["language", "source", "license", "rule"];

/**
 * Sets up the part of the page for charts.
 *
 * @param {Index} index
 * @param {Engine} engine
 */
export function setUpOverview(index, engine) {
  const choice = byId("chart-of", HTMLSelectElement);
  const numbers = index.columns.filter(({ type }) => NUMBER.test(type)).map((column) => column.name);
  const groupings = GROUPINGS.filter((grouping) => index.columns.some((column) => column.name === grouping));
  const crossings = [...CROSSED].filter(([, column]) => groupings.includes(column)).map(([name]) => name);
  fill(
    choice,
    element("optgroup", { label: "Documents kept and dropped, by" }, ...groupings.map((one) => element("option", { value: one }, one))),
    element("optgroup", { label: "Documents kept, by" }, ...crossings.map((one) => element("option", { value: one }, one))),
    element("optgroup", { label: "How a signal is spread" }, ...numbers.map((one) => element("option", { value: one }, one))),
  );
  let latest = 0;
  const draw = async () => {
    const turn = (latest += 1);
    fill(byId("chart-said", HTMLElement), "Counting …");
    try {
      const column = CROSSED.get(choice.value);
      const drawn = await (column !== undefined
        ? crossed(index, engine, column)
        : groupings.includes(choice.value)
          ? grouped(index, engine, choice.value)
          : spreadOf(index, engine, choice.value));
      if (turn !== latest) return;
      fill(byId("chart-said", HTMLElement), drawn.said);
      fill(byId("chart", HTMLElement), ...drawn.elements);
    } catch (error) {
      fill(byId("chart-said", HTMLElement), reason(error));
    }
  };
  choice.addEventListener("input", draw);
  return draw;
}

/**
 * @param {Index} index
 * @param {Engine} engine
 * @param {string} grouping a column of categories
 */
async function grouped(index, engine, grouping) {
  const sql = `SELECT ${quoted(grouping)} AS name, count(*) FILTER (kept) AS kept, count(*) FILTER (NOT kept) AS dropped
    FROM corpus GROUP BY name ORDER BY count(*) DESC, name`;
  const rows = await engine.rows(sql, [grouping, "kept"]);
  const title = (/** @type {any} */ row) =>
    grouping === "language" ? languageName(index, row.name) : (row.name ?? (grouping === "rule" ? "kept" : "none"));
  const shown = rows.length > GROUPS + 1 ? rows.slice(0, GROUPS) : rows;
  const bars = shown.map((row) => ({ group: title(row), kept: row.kept, dropped: row.dropped }));
  const rest = rows.slice(shown.length);
  if (rest.length) bars.push({ group: `${count(rest.length)} others`, kept: sum(rest, "kept"), dropped: sum(rest, "dropped") });
  const halves = bars.flatMap(({ group, kept, dropped }) => [
    { group, decision: "kept", documents: kept },
    { group, decision: "dropped", documents: dropped },
  ]);
  const numbers = table(
    "The numbers",
    [grouping, "kept", "dropped"],
    rows.map((row) => [title(row), count(row.kept), count(row.dropped)]),
    [false, true, true],
  );
  return {
    said: `${count(sum(rows, "kept"))} documents kept and ${count(sum(rows, "dropped"))} dropped, in ${count(rows.length)} groups`,
    elements: [decisionBars(halves, grouping), element("details", {}, element("summary", {}, "The numbers"), numbers)],
  };
}

/**
 * @param {Index} index
 * @param {Engine} engine
 * @param {string} signal a column of numbers
 */
async function spreadOf(index, engine, signal) {
  const [found] = await engine.rows(spread(quoted(signal), "true"), ["kept", signal]);
  const scale = scaleOf(/** @type {any} */ (found), []);
  const asked = index.rules.flatMap((rule) => rule.thresholds).flatMap(({ value, number }) =>
    number !== null && (value === signal || value === quoted(signal)) ? [number] : [],
  );
  const comment = index.columns.find((column) => column.name === signal)?.comment ?? "";
  if (scale === null) return { said: `No document has a value. ${comment}`, elements: [] };
  const bins = await engine.rows(binned(quoted(signal), "true", scale), ["kept", signal]);
  return { said: comment, elements: [histogram(/** @type {any} */ (bins), scale, signal, { now: null, then: null, asked })] };
}

/**
 * @param {Record<string, any>[]} rows
 * @param {string} column
 * @returns {number}
 */
function sum(rows, column) {
  return rows.reduce((total, row) => total + row[column], 0);
}
