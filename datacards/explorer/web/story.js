// A document and its story: what it says, where it is from, under which licence, and why it was kept or dropped.

import { element, link } from "./elements.js";
import { cell, count, decision, languageTag } from "./format.js";
import { languageName } from "./index.js";

/** @typedef {import("./index.js").Index} Index */
/** @typedef {import("./elements.js").Child} Child */
/** @typedef {{concluded: string, urls: string[], status: string | null, reason: string | null, obligations: string[],
 *   declared: string | null, evidence: Record<string, string | null>[]}} Licence */
/** @typedef {{cluster: string, corpus: string | null, size: number, match: string, similarity: number}} Copies */
/** @typedef {{id: string, url: string | null, source: string, created: string | null, language: string | null,
 *   generation: number, derived_from: string | null, translations: string[], rule: string | null, licence: Licence, copies: Copies | null,
 *   title: string | null, text: string | null, characters: number, attribution: string[], changes: string[],
 *   values: (boolean | number | string | null)[]}} Document */

/**
 * Returns what is shown of a document.
 *
 * @param {Index} index
 * @param {Document} one
 * @param {string} heading
 * @param {(id: string) => string | null} addressOf where another document is shown here; null where it is not
 * @returns {HTMLElement[]}
 */
export function story(index, one, heading, addressOf) {
  return [
    element("h4", { dir: "auto", lang: languageTag(one.language) }, heading),
    element("p", { class: `verdict ${one.rule === null ? "kept" : "dropped"}` }, verdictOf(one)),
    one.text === null ? withheld(one) : text(one),
    facts("Where it is from", [
      ["Address", one.url && link(one.url)],
      ["Source", one.source],
      ["Created", one.created],
      ["Language", languageName(index, one.language)],
      ["Names to give", one.attribution.join("; ")],
      ["Changes", one.changes.join("; ")],
      ["Translated from", one.derived_from && other(one.derived_from, addressOf)],
      ...one.translations.map((id) => /** @type {[string, Child]} */ (["Translated as", other(id, addressOf)])),
      ["Id", one.id],
    ]),
    facts("Licence, as concluded from the evidence", [
      ["Concluded", one.licence.concluded],
      ...one.licence.urls.map((url) => /** @type {[string, Child]} */ (["To read", link(url)])),
      ["Status", [one.licence.status, one.licence.reason].filter(Boolean).join(": ")],
      ["Obligations", one.licence.obligations.join(", ")],
      ["Declared", one.licence.declared],
      ...one.licence.evidence.map((found) => /** @type {[string, Child]} */ (["Evidence", evidence(found)])),
    ]),
    copies(one, addressOf),
    rules(index, one),
    signals(index, one),
    element("p", { class: "quiet" }, "In the corpus itself: ", element("code", {}, `loam why CORPUS ${one.id}`)),
  ];
}

/** @param {Document} one */
function verdictOf(one) {
  return one.rule === null ? "Kept" : `Not kept (${decision(one.rule)})`;
}

/** @param {Document} one */
function text(one) {
  const shown = one.text ?? "";
  const cut = shown.length < one.characters && one.changes.some((change) => change.startsWith("cut "));
  return element(
    "div",
    {},
    element("pre", { class: "text", dir: "auto", lang: languageTag(one.language), tabindex: 0, "aria-label": "Text" }, shown),
    cut ? element("p", { class: "quiet" }, `The beginning of ${count(one.characters)} characters.`) : null,
  );
}

/** @param {Document} one */
function withheld(one) {
  const words = `Its licence does not let its ${count(one.characters)} characters be passed on here.`;
  return element("p", { class: "quiet" }, words);
}

/**
 * @param {string} title
 * @param {[string, Child][]} rows those without a value are left out
 */
function facts(title, rows) {
  const told = rows.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return element(
    "section",
    {},
    element("h5", {}, title),
    element("dl", { class: "facts" }, ...told.flatMap(([name, value]) => [element("dt", {}, name), element("dd", { dir: "auto" }, value)])),
  );
}

/** @param {Record<string, string | null>} found */
function evidence(found) {
  const place = found.locator ? ` (${found.locator})` : "";
  return `${found.class} ${found.kind}${found.value ? `: ${found.value}` : ""}${place}`;
}

/**
 * @param {Document} one
 * @param {(id: string) => string | null} addressOf
 */
function copies(one, addressOf) {
  if (one.copies === null) return facts("Copies", [["Found", "no other document says the same"]]);
  const { cluster, corpus, size, match, similarity } = one.copies;
  const speaks = cluster === one.id ? "this document" : other(cluster, addressOf);
  return facts("Copies", [
    ["Documents", count(size)],
    ["One speaks for all", speaks],
    ["In corpus", corpus],
    ["In common", `${match}, similarity ${cell(similarity)}`],
  ]);
}

/**
 * @param {string} id
 * @param {(id: string) => string | null} addressOf
 */
function other(id, addressOf) {
  const address = addressOf(id);
  return address === null ? id : element("a", { href: address }, id);
}

/**
 * @param {Index} index
 * @param {Document} one
 */
function rules(index, one) {
  const values = valuesByName(index, one);
  const items = index.rules.map((rule) => {
    const verdict = values.get(rule.verdict);
    const said = verdict === true ? "meets" : verdict === false ? "fails" : "has no value for";
    const read = rule.columns.filter((column) => values.has(column));
    const measured = read.map((column) => `${column} = ${cell(values.get(column)) || "null"}`).join(", ");
    return element(
      "li",
      { class: verdict === true ? "kept" : "dropped" },
      element("strong", {}, `${said} ${rule.name}`),
      element("code", {}, rule.sql),
      measured,
    );
  });
  const none = element("p", { class: "quiet" }, "The recipe has none.");
  const list = items.length ? element("ol", { class: "verdicts" }, ...items) : none;
  return element("section", {}, element("h5", {}, "Rules, in the order they are asked"), list);
}

/**
 * @param {Index} index
 * @param {Document} one
 */
function signals(index, one) {
  const rows = index.columns.flatMap(({ name, comment }, number) => [
    element("dt", { title: comment }, name),
    element("dd", {}, cell(one.values[number]) || "null"),
  ]);
  return element("details", {}, element("summary", {}, `All ${count(index.columns.length)} values`), element("dl", { class: "facts values" }, ...rows));
}

/**
 * @param {Index} index
 * @param {Document} one
 * @returns {Map<string, boolean | number | string | null>}
 */
function valuesByName(index, one) {
  return new Map(index.columns.map(({ name }, number) => [name, one.values[number]]));
}
