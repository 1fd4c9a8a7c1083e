// Which columns of the table `corpus` a query reads, so that no others are fetched.

/** @typedef {import("./index.js").Index} Index */

const COUNT_STAR = /\bcount\s*\(\s*\*\s*\)/gi;
const STAR = /(?:\bselect|\bdistinct|,|\.|\(|\))\s*\*/i;
const WHOLE_TABLE = /(?:^|[(;])\s*(?:from|table|summarize|describe|show|pivot)\b|\bcolumns\s*\(/i;
const TEXT = /'(?:[^']|'')*'/g;
const COMMENT = /--[^\n]*|\/\*[\s\S]*?\*\//g;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/g;

/**
 * Returns the columns that some SQL reads: those whose names stand in it, or all where it asks for `*`. One that
 * stands there for something else is fetched in vain, but none that it reads is left out.
 *
 * @param {string} sql
 * @param {Index} index
 * @returns {string[]}
 */
export function columnsOf(sql, index) {
  const names = index.columns.map(({ name }) => name);
  const bare = sql.replace(COMMENT, " ").replace(TEXT, "''").replace(COUNT_STAR, "");
  if (STAR.test(bare) || WHOLE_TABLE.test(bare)) return names;
  const words = new Set((bare.match(WORD) ?? []).map((word) => word.toLowerCase()));
  const found = names.filter((name) => words.has(name.toLowerCase()));
  return found.length ? found : ["kept"]; // the table has to have some column
}
