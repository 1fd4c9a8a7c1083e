// How values are spread along a slider or an axis: evenly, or by ratio where few of them are many times the others.

export const STEPS = 1000;
export const BINS = 40;
const LOGARITHMIC_FROM = 10; // the upper end is so many times the middle

/** @typedef {{low: number, high: number, logarithmic: boolean, whole: boolean}} Scale */

/**
 * Returns a query for what `scaleOf` reads of some values: the outermost 0.5 % at either end have no room of their own.
 *
 * @param {string} value SQL of the value
 * @param {string} where SQL of which documents count
 * @returns {string}
 */
export function spread(value, where) {
  return `
    SELECT quantile_cont(v, 0.005) AS low, quantile_cont(v, 0.5) AS middle, quantile_cont(v, 0.995) AS high,
      min(v) AS least, bool_and(v = trunc(v)) AS whole
    FROM (SELECT (${value})::DOUBLE AS v FROM corpus WHERE ${where}) WHERE isfinite(v)`;
}

/**
 * @param {{low: number | null, middle: number, high: number, least: number, whole: boolean}} found
 * @param {number[]} marks numbers that must lie on the scale
 * @returns {Scale | null} null where there are no values
 */
export function scaleOf(found, marks) {
  if (found.low === null) return null;
  const low = Math.min(found.low, ...marks);
  const high = Math.max(found.high, ...marks);
  const logarithmic = low > 0 && found.least > 0 && found.high / found.middle > LOGARITHMIC_FROM;
  return { low, high: high > low ? high : low + 1, logarithmic, whole: found.whole };
}

/**
 * @param {Scale} scale
 * @param {number} step from 0 to `STEPS`
 * @returns {number} the number there, with as few digits as tell it from its neighbours
 */
export function numberAt(scale, step) {
  const share = step / STEPS;
  const { low, high, logarithmic, whole } = scale;
  const number = logarithmic ? low * (high / low) ** share : low + (high - low) * share;
  return whole ? Math.round(number) : Number(number.toPrecision(4));
}

/**
 * @param {Scale} scale
 * @param {number} number
 * @returns {number} the step nearest to it
 */
export function stepOf(scale, number) {
  const { low, high, logarithmic } = scale;
  const share = logarithmic ? Math.log(number / low) / Math.log(high / low) : (number - low) / (high - low);
  return Math.round(Math.min(Math.max(share, 0), 1) * STEPS);
}

/**
 * Returns a query for how many documents have values in each of `BINS` bins, by `kept`; the outermost hold all beyond.
 *
 * @param {string} value SQL of the value
 * @param {string} where SQL of which documents count
 * @param {Scale} scale
 * @returns {string}
 */
export function binned(value, where, scale) {
  const { low, high, logarithmic } = scale;
  const share = logarithmic
    ? `ln(greatest(v, ${low}) / ${low}) / ln(${high / low})`
    : `(v - (${low})) / ${high - low}`;
  return `
    SELECT kept, least(greatest(floor(${share} * ${BINS}), 0), ${BINS - 1})::INTEGER AS bin, count(*) AS documents
    FROM (SELECT kept, (${value})::DOUBLE AS v FROM corpus WHERE ${where}) WHERE isfinite(v) GROUP BY ALL ORDER BY ALL`;
}

/**
 * @param {Scale} scale
 * @param {number} bin
 * @returns {[number, number]} where a bin begins and ends
 */
export function edges(scale, bin) {
  const edge = (/** @type {number} */ number) =>
    scale.logarithmic
      ? scale.low * (scale.high / scale.low) ** (number / BINS)
      : scale.low + ((scale.high - scale.low) * number) / BINS;
  return [edge(bin), edge(bin + 1)];
}
