// The rules with some thresholds moved, as SQL.

/** @typedef {import("./index.js").Rule} Rule */
/** @typedef {import("./index.js").Held} Held */

/**
 * Thresholds that are moved, by rule: for each of its thresholds another number, or by what to multiply it where it is
 * one for each language; null where it stays.
 *
 * @typedef {Map<string, (number | null)[]>} Moves
 */

/**
 * Returns the SQL of whether a document meets a rule: the column that holds it, where nothing of the rule is moved.
 *
 * @param {Rule} rule
 * @param {Moves} moves
 * @returns {string}
 */
export function verdict(rule, moves) {
  const moved = moves.get(rule.name);
  if (moved === undefined || moved.every((number) => number === null)) return quoted(rule.verdict);
  const parts = rule.parts.map((part) => {
    if (typeof part === "string") return part;
    const number = moved[part.threshold];
    if (number === null) return part.sql;
    return rule.thresholds[part.threshold].number === null ? `((${part.sql}) * ${literal(number)})` : literal(number);
  });
  return `(${parts.join("")})`;
}

/**
 * Returns the columns that a rule reads, with these thresholds.
 *
 * @param {Rule} rule
 * @param {Moves} moves
 * @returns {string[]}
 */
export function columnsRead(rule, moves) {
  return verdict(rule, moves) === quoted(rule.verdict) ? [rule.verdict] : [rule.verdict, ...rule.columns];
}

/**
 * Returns the query for what the rules keep now and would keep with thresholds moved. Its rows, by `level`: one a
 * `language`, with the documents kept; one a `rule`, with the documents that it is the first to drop.
 *
 * @param {Rule[]} rules
 * @param {Moves} moves
 * @param {string | null} language count its documents alone by rule
 * @returns {string}
 */
export function effects(rules, moves, language) {
  const passes = rules.map((rule, number) => `${verdict(rule, moves)} IS TRUE AS passes_then_${number}`);
  const passed = rules.map((rule, number) => `${quoted(rule.verdict)} IS TRUE AS passes_now_${number}`);
  const first = (/** @type {string} */ when) =>
    `CASE ${rules.map((_, number) => `WHEN NOT passes_${when}_${number} THEN ${number}`).join(" ")} ELSE -1 END`;
  const looked = language === null ? "true" : `language IS NOT DISTINCT FROM ${text(language)}`;
  return `
    WITH verdicts AS (SELECT language, ${[...passes, ...passed].join(", ")} FROM corpus WHERE reached),
    firsts AS (SELECT language, ${first("now")} AS first_now, ${first("then")} AS first_then FROM verdicts)
    SELECT 'language' AS level, language, NULL::INTEGER AS rule, count(*) AS documents,
      count(*) FILTER (first_now < 0) AS now, count(*) FILTER (first_then < 0) AS moved,
      count(*) FILTER (first_now < 0 AND first_then >= 0) AS lost,
      count(*) FILTER (first_now >= 0 AND first_then < 0) AS won
    FROM firsts GROUP BY language
    UNION ALL
    SELECT 'rule', NULL, rule, NULL, sum(now)::BIGINT, sum(moved)::BIGINT, NULL, NULL FROM (
      SELECT first_now AS rule, 1 AS now, 0 AS moved FROM firsts WHERE ${looked}
      UNION ALL SELECT first_then, 0, 1 FROM firsts WHERE ${looked}
    ) WHERE rule >= 0 GROUP BY rule
    ORDER BY level, documents DESC, language, rule`;
}

/**
 * Returns a number as SQL has it.
 *
 * @param {number} number finite
 * @returns {string}
 */
export function literal(number) {
  if (!Number.isFinite(number)) throw new RangeError(`no number: ${number}`);
  return number < 0 ? `(${number})` : String(number);
}

/**
 * @param {string} column
 * @returns {string} its name, quoted
 */
export function quoted(column) {
  return `"${column.replaceAll('"', '""')}"`;
}

/**
 * @param {string} value
 * @returns {string} a text as SQL has it
 */
export function text(value) {
  return `'${value.replaceAll("'", "''")}'`;
}
