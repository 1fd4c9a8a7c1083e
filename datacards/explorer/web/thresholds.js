// Moving thresholds: what the rules would keep then, counted by DuckDB as the slider moves.

import { histogram } from "./charts.js";
import { byId, element, fill, table } from "./elements.js";
import { reason } from "./engine.js";
import { change, count } from "./format.js";
import { languageName } from "./index.js";
import { columnsRead, effects } from "./rules.js";
import { STEPS, binned, numberAt, scaleOf, spread, stepOf } from "./scale.js";

/** @typedef {import("./index.js").Index} Index */
/** @typedef {import("./index.js").Rule} Rule */
/** @typedef {import("./engine.js").Engine} Engine */
/** @typedef {import("./engine.js").Row} Row */
/** @typedef {import("./scale.js").Scale} Scale */

const FACTORS = { low: 0.25, high: 4, logarithmic: true, whole: false };

/**
 * Sets up the part of the page for thresholds.
 *
 * @param {Index} index
 * @param {Engine} engine
 */
export function setUpThresholds(index, engine) {
  const state = new Thresholds(index, engine);
  const languages = byId("threshold-language", HTMLSelectElement);
  const labels = Object.keys(index.languages).map((label) => [languageName(index, label), label]);
  fill(
    languages,
    element("option", { value: "" }, "all languages"),
    ...labels.sort(([a], [b]) => a.localeCompare(b)).map(([name, label]) => element("option", { value: label }, name)),
  );
  languages.addEventListener("input", () => {
    state.language = languages.value || null;
    state.recount();
  });
  byId("threshold-reset", HTMLButtonElement).addEventListener("click", () => state.reset());
  fill(byId("rules", HTMLElement), ...index.rules.map((rule) => ruleElement(state, rule)));
  if (index.rules.length === 0) fill(byId("moved", HTMLElement), "The recipe has no rules.");
  return state;
}

/** Where the thresholds stand. */
class Thresholds {
  /**
   * @param {Index} index
   * @param {Engine} engine
   */
  constructor(index, engine) {
    this.index = index;
    this.engine = engine;
    /** @type {import("./rules.js").Moves} */
    this.moves = new Map(index.rules.map((rule) => [rule.name, rule.thresholds.map(() => null)]));
    /** @type {string | null} */
    this.language = null;
    this.counting = false;
    this.stale = false;
    /** @type {(() => void)[]} */
    this.resets = [];
  }

  /**
   * @param {Rule} rule
   * @param {number} threshold
   * @param {number | null} number null to put it back
   */
  move(rule, threshold, number) {
    const moved = this.moves.get(rule.name);
    if (moved === undefined) return;
    moved[threshold] = number;
    this.recount();
  }

  /** Puts all thresholds back. */
  reset() {
    for (const moved of this.moves.values()) moved.fill(null);
    for (const reset of this.resets) reset();
    this.recount();
  }

  /** Counts anew; while that is under way, once more afterwards, whatever has moved meanwhile. */
  async recount() {
    this.stale = true;
    if (this.counting || this.index.rules.length === 0) return;
    this.counting = true;
    try {
      while (this.stale) {
        this.stale = false;
        const { rules } = this.index;
        const columns = ["language", "reached", ...rules.flatMap((rule) => columnsRead(rule, this.moves))];
        showEffects(this.index, await this.engine.rows(effects(rules, this.moves, this.language), columns));
      }
    } catch (error) {
      fill(byId("moved", HTMLElement), `This cannot be counted: ${reason(error)}`);
    } finally {
      this.counting = false;
    }
  }
}

/**
 * @param {Index} index
 * @param {Row[]} rows of the query `effects`
 */
function showEffects(index, rows) {
  const languages = rows.filter(({ level }) => level === "language");
  const total = (/** @type {string} */ column) => languages.reduce((sum, row) => sum + row[column], 0);
  const difference = total("moved") - total("now");
  const moved = difference === 0 && total("won") === 0 ? "" : ` → ${count(total("moved"))} (${change(difference)})`;
  const turned = total("lost") + total("won") === 0 ? "" : `; ${count(total("lost"))} lost, ${count(total("won"))} won`;
  fill(byId("moved", HTMLElement), `The rules are asked of ${count(total("documents"))} documents and keep ${count(total("now"))}${moved}${turned}.`);
  for (const [number, rule] of index.rules.entries()) {
    const row = rows.find(({ level, rule: at }) => level === "rule" && at === number) ?? { now: 0, moved: 0 };
    const then = row.moved === row.now ? "" : ` → ${count(row.moved)}`;
    fill(byId(`drops-${rule.name}`, HTMLElement), `drops ${count(row.now)}${then}`);
  }
  fill(
    byId("threshold-languages", HTMLElement),
    table(
      "What is kept of each language",
      ["language", "documents", "kept now", "kept then", "change", "lost", "won"],
      languages.map((row) => [
        languageName(index, row.language),
        ...[row.documents, row.now, row.moved].map(count),
        change(row.moved - row.now),
        count(row.lost),
        count(row.won),
      ]),
      [false, true, true, true, true, true, true],
    ),
  );
}

/**
 * @param {Thresholds} state
 * @param {Rule} rule
 */
function ruleElement(state, rule) {
  const summary = element(
    "summary",
    {},
    element("strong", {}, rule.name),
    element("code", {}, rule.sql),
    element("span", { id: `drops-${rule.name}`, class: "drops" }),
  );
  const body = element("div", {});
  const details = element("details", { class: "rule" }, summary, body);
  if (rule.thresholds.length === 0) {
    fill(body, element("p", { class: "quiet" }, "It holds no number against a threshold that could be moved here."));
    return details;
  }
  details.addEventListener(
    "toggle",
    () => fill(body, ...rule.thresholds.map((_, threshold) => sliderElement(state, rule, threshold))),
    { once: true },
  );
  return details;
}

/**
 * @param {Thresholds} state
 * @param {Rule} rule
 * @param {number} threshold
 */
function sliderElement(state, rule, threshold) {
  const held = rule.thresholds[threshold];
  const id = `threshold-${rule.name}-${threshold}`;
  const isFactor = held.number === null;
  const asked = isFactor ? `${held.value} ${held.operator} the language's threshold, times` : `${held.value} ${held.operator}`;
  const start = held.number ?? 1;
  const slider = /** @type {HTMLInputElement} */ (
    element("input", { type: "range", min: 0, max: STEPS, id, "aria-describedby": "moved", disabled: true })
  );
  const box = /** @type {HTMLInputElement} */ (
    element("input", { type: "number", step: "any", "aria-label": `${asked}, exactly`, value: start, disabled: true })
  );
  const chart = element("div", {}, element("p", { class: "quiet" }, "Fetching the values …"));
  const place = element("fieldset", { class: "threshold" }, element("label", { for: id }, element("code", {}, asked)), slider, box, chart);

  const ready = async () => {
    const columns = ["kept", "reached", ...rule.columns];
    const [found] = await state.engine.rows(spread(held.value, "reached"), columns);
    const scale = scaleOf(/** @type {any} */ (found), isFactor ? [] : [start]);
    if (scale === null) return fill(chart, element("p", { class: "quiet" }, "No document has a value."));
    const bins = await state.engine.rows(binned(held.value, "reached", scale), columns);
    const along = isFactor ? FACTORS : scale;
    const show = (/** @type {number} */ number) => {
      slider.setAttribute("aria-valuetext", String(number));
      const marks = isFactor ? { now: null, then: null } : { now: start, then: number };
      fill(chart, histogram(/** @type {any} */ (bins), scale, held.value, marks));
    };
    const put = (/** @type {number} */ number) => {
      box.value = String(number);
      slider.value = String(stepOf(along, number));
      show(number);
    };
    slider.addEventListener("input", () => {
      const number = numberAt(along, Number(slider.value));
      box.value = String(number);
      show(number);
      state.move(rule, threshold, number);
    });
    box.addEventListener("input", () => {
      if (box.value === "" || !Number.isFinite(box.valueAsNumber)) return;
      slider.value = String(stepOf(along, box.valueAsNumber));
      show(box.valueAsNumber);
      state.move(rule, threshold, box.valueAsNumber);
    });
    state.resets.push(() => put(start));
    put(start);
    slider.disabled = box.disabled = false;
    state.recount();
  };
  ready().catch((error) => fill(chart, element("p", { role: "alert" }, reason(error))));
  return place;
}
