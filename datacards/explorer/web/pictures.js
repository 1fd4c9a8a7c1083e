// The card's pictures: where the page has them as SVG, Observable Plot draws them again from the figures beside the
// card, as wide as the window is, with the numbers in a table. Without scripts the SVG stands.

import { element, fill, table } from "./elements.js";
import { barChart, dotChart, flowChart, number, spreadChart } from "./figures.js";
import { json } from "./files.js";
import { count } from "./format.js";
import { heatMap } from "./heat.js";

const FIGURES = "../pictures/figures.json"; // as datacards/pictures/figures.py writes them

/** @typedef {import("./elements.js").Child} Child */
/** @typedef {{caption: string, header: string[], rows: Child[][], numeric: boolean[]}} Numbers */

/** Sets up the pictures: each is drawn once, when it comes near the window. */
export function setUpPictures() {
  /** @type {Promise<Record<string, any>> | null} */
  let fetched = null;
  const draw = async (/** @type {HTMLElement} */ place) => {
    const found = (await (fetched ??= json(FIGURES)))[place.dataset.picture ?? ""];
    if (found !== undefined) show(place, found);
  };
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting || !(target instanceof HTMLElement)) continue;
        observer.unobserve(target);
        draw(target); // each by itself: one that cannot be drawn stays as it is, and holds up no other
      }
    },
    { rootMargin: "300px" },
  );
  for (const picture of document.querySelectorAll("figure[data-picture]")) observer.observe(picture);
}

/**
 * Puts a picture, and its numbers, in the place of what stands there.
 *
 * @param {HTMLElement} place
 * @param {any} found the picture's figure
 */
function show(place, found) {
  const { charts, numbers } = drawn(found);
  const tables = element("div", { class: "tall" });
  const details = element("details", {}, element("summary", {}, `The numbers of “${found.title}”`), tables);
  details.addEventListener(
    "toggle",
    () => fill(tables, ...numbers.map(({ caption, header, rows, numeric }) => table(caption, header, rows, numeric))),
    { once: true },
  );
  const said = { role: "group", "aria-label": found.title, "aria-description": found.description };
  place.replaceWith(element("div", { class: "picture", "data-picture": place.dataset.picture, ...said }, ...charts, details));
}

/**
 * @param {any} found a figure, as datacards/pictures/figures.py writes it
 * @returns {{charts: HTMLElement[], numbers: Numbers[]}}
 */
function drawn(found) {
  switch (found.kind) {
    case "heat map":
      return heat(found);
    case "bars":
      return { charts: found.charts.map((/** @type {any} */ bars) => barChart(bars, bars.title ?? found.title)), numbers: found.charts.map(barNumbers) };
    case "dots":
      return { charts: [dotChart(found, found.title)], numbers: [dotNumbers(found)] };
    case "histograms":
      return {
        charts: [element("div", { class: "spreads" }, ...found.histograms.map(spreadChart))],
        numbers: found.histograms.map(spreadNumbers),
      };
    case "flow":
      return { charts: [flowChart(found.steps, found.title)], numbers: [flowNumbers(found)] };
    default:
      throw new Error(`${FIGURES}: no picture is of the kind ${found.kind}`);
  }
}

/** @param {any} found */
function heat(found) {
  const { rows, columns, steps } = found;
  const tiles = found.tiles.map((/** @type {number[]} */ [row, column, step, documents]) => ({
    row: rows[row],
    column: columns[column],
    step: steps[step],
    documents,
  }));
  const sides = [found.row_title && `${found.row_title} ↓`, found.column_title && `${found.column_title} →`].filter(Boolean);
  const label = [found.title, ...(sides.length ? [sides.join(" ")] : []), `colour: ${found.step_title}`].join("; ");
  const numbers = {
    caption: found.title,
    header: [found.row_title ?? "language", found.column_title ?? "of", "documents", "colour"],
    rows: tiles.map((/** @type {import("./heat.js").Tile} */ tile) => [tile.row, tile.column, count(tile.documents), tile.step]),
    numeric: [false, false, true, false],
  };
  return { charts: [heatMap(tiles, { rows, columns, steps }, label)], numbers: [numbers] };
}

/**
 * @param {any} bars
 * @returns {Numbers}
 */
function barNumbers(bars) {
  return {
    caption: bars.title ?? bars.unit,
    header: [bars.name_title, ...bars.parts],
    rows: bars.names.map((/** @type {string} */ name, /** @type {number} */ at) => [name, ...bars.counts[at].map(count)]),
    numeric: [false, ...bars.parts.map(() => true)],
  };
}

/**
 * @param {any} dots
 * @returns {Numbers}
 */
function dotNumbers(dots) {
  const rows = dots.names.map((/** @type {string} */ name, /** @type {number} */ at) => [name, dots.numbers[at].toFixed(2)]);
  return { caption: dots.title, header: [dots.name_title, dots.unit], rows, numeric: [false, true] };
}

/**
 * @param {any} histogram
 * @returns {Numbers}
 */
function spreadNumbers(histogram) {
  return {
    caption: `${histogram.title}: ${histogram.asked}`,
    header: ["values", "kept", "dropped"],
    rows: histogram.kept.map((/** @type {number} */ kept, /** @type {number} */ bin) => [
      `${histogram.edges[bin]} to ${histogram.edges[bin + 1]}`,
      count(kept),
      count(histogram.dropped[bin]),
    ]),
    numeric: [false, true, true],
  };
}

/**
 * @param {any} flow
 * @returns {Numbers}
 */
function flowNumbers(flow) {
  const rows = flow.steps.map((/** @type {import("./figures.js").Step} */ step) => [step.label, number(step)]);
  return { caption: flow.title, header: ["step", "documents"], rows, numeric: [false, true] };
}
