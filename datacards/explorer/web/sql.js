// SQL over the table `corpus`.

import { bars } from "./charts.js";
import { columnsOf } from "./columns.js";
import { addressOf } from "./documents.js";
import { byId, element, fill, table } from "./elements.js";
import { reason } from "./engine.js";
import { cell, count, size } from "./format.js";

/** @typedef {import("./index.js").Index} Index */
/** @typedef {import("./engine.js").Engine} Engine */
/** @typedef {import("./engine.js").Answer} Answer */

const SHOWN_ROWS = 200;
const CHARTED_ROWS = 60;
const NUMBER = /^(u?int|float|decimal)/i;

/**
 * Returns queries to begin with, that read only columns which the corpus has.
 *
 * @param {Index} index
 * @returns {[string, string][]} what each asks, and its SQL
 */
export function examples(index) {
  const has = new Set(index.columns.map(({ name }) => name));
  const [rule] = index.rules;
  const others = index.rules.slice(1).map(({ verdict }) => verdict);
  /** @type {[string, string][]} */
  const all = [
    ["What was dropped, and why", "SELECT coalesce(rule, 'kept') AS decision, count(*) AS documents\nFROM corpus\nGROUP BY ALL ORDER BY documents DESC"],
    ["The share kept, by language", "SELECT language, count(*) AS documents, round(avg(kept::INTEGER), 3) AS share_kept\nFROM corpus\nGROUP BY language\nORDER BY documents DESC"],
    ["Licences of what was kept", "SELECT license, count(*) AS documents\nFROM corpus\nWHERE kept\nGROUP BY license\nORDER BY documents DESC"],
    ["Words a document, by source", "SELECT source, median(word_count) AS median, quantile_cont(word_count, 0.95) AS long, count(*) AS documents\nFROM corpus\nGROUP BY source\nORDER BY documents DESC"],
  ];
  if (rule !== undefined && others.length > 0) {
    all.push([
      `Documents that ${rule.name} alone drops`,
      `SELECT id, language, source\nFROM corpus\nWHERE reached AND ${rule.verdict} IS NOT TRUE\n  AND ${others.join(" AND ")}\nLIMIT 100`,
    ]);
  }
  all.push(["The longest documents", "SELECT id, language, source, word_count\nFROM corpus\nORDER BY word_count DESC\nLIMIT 20"]);
  return all.filter(([, sql]) => !sql.includes("word_count") || has.has("word_count"));
}

/**
 * Sets up the part of the page for SQL.
 *
 * @param {Index} index
 * @param {Engine} engine
 */
export function setUpSql(index, engine) {
  const form = byId("sql-form", HTMLFormElement);
  const editor = byId("sql", HTMLTextAreaElement);
  const said = byId("sql-said", HTMLElement);
  const choice = byId("sql-example", HTMLSelectElement);
  const prepared = examples(index);
  fill(choice, ...prepared.map(([title], number) => element("option", { value: number }, title)));
  editor.value = prepared[0][1];
  choice.addEventListener("input", () => {
    editor.value = prepared[Number(choice.value)][1];
  });

  const run = async () => {
    const columns = columnsOf(editor.value, index);
    const missing = index.columns.filter(({ name }) => columns.includes(name) && !engine.loaded.has(name));
    const fetched = missing.reduce((sum, { bytes }) => sum + bytes, 0);
    fill(said, fetched ? `Fetching ${missing.length} columns, ${size(fetched)} …` : "Running …");
    const begun = performance.now();
    try {
      const answer = await engine.answer(editor.value, columns, SHOWN_ROWS);
      const seconds = ((performance.now() - begun) / 1000).toFixed(2);
      const rows = `${count(answer.rows.length)}${answer.more ? " and more" : ""} ${answer.rows.length === 1 ? "row" : "rows"}`;
      fill(said, `${rows} in ${seconds} s`);
      showAnswer(answer);
    } catch (error) {
      fill(said, reason(error));
      fill(byId("sql-answer", HTMLElement));
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    }
  });
  fill(
    byId("sql-columns", HTMLElement),
    table(
      "Columns of the table corpus",
      ["column", "type", "what it says"],
      index.columns.map(({ name, type, comment }) => [element("code", {}, name), type, comment]),
      [false, false, false],
    ),
  );
}

/** @param {Answer} answer */
function showAnswer(answer) {
  const numeric = answer.types.map((type) => NUMBER.test(type));
  const rows = answer.rows.map((row) =>
    row.map((value, column) => (answer.names[column] === "id" ? documentLink(value) : cell(value))),
  );
  const shown = answer.names.length ? table("Answer", answer.names, rows, numeric) : null;
  fill(byId("sql-answer", HTMLElement), shown, charted(answer, numeric.indexOf(true)));
}

/** @param {unknown} value */
function documentLink(value) {
  const id = cell(value);
  return element("a", { href: addressOf(id) }, id);
}

/**
 * Draws an answer that says a number of each of some names.
 *
 * @param {Answer} answer
 * @param {number} number the first column of numbers; -1 for none
 * @returns {HTMLElement | null} null for any other answer
 */
function charted(answer, number) {
  const { names, rows } = answer;
  const labels = rows.map(([label]) => (label === null ? "null" : cell(label)));
  const isOne = number > 0 && names[0] !== "id" && rows.length > 1 && rows.length <= CHARTED_ROWS;
  if (!isOne || new Set(labels).size < labels.length) return null;
  const drawn = rows.map((row, at) => ({ name: labels[at], number: Number(row[number]) }));
  return bars(drawn, names[0], names[number]);
}
