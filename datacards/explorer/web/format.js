// Numbers, languages and sizes as readers know them.

const NUMBER = new Intl.NumberFormat("en");
const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const SIGNED = new Intl.NumberFormat("en", { signDisplay: "exceptZero" });

/**
 * @param {number} value
 * @returns {string} with a comma between thousands
 */
export function count(value) {
  return NUMBER.format(value);
}

/**
 * @param {number} value
 * @returns {string} as short as an axis needs it
 */
export function compact(value) {
  return COMPACT.format(value);
}

/**
 * @param {number} value
 * @returns {string} with its sign, unless it is 0
 */
export function change(value) {
  return SIGNED.format(value).replace("-", "−");
}

/**
 * @param {number} share
 * @returns {string} in percent; what is not nothing never reads as nothing, nor what is not all as all
 */
export function percent(share) {
  if (share === 0 || share === 1) return `${100 * share} %`;
  if (share < 0.001) return "< 0.1 %";
  if (share > 0.999) return "> 99.9 %";
  return `${(100 * share).toFixed(1)} %`;
}

/**
 * @param {number} bytes
 * @returns {string} in decimal units
 */
export function size(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) {
    bytes /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? bytes : bytes.toPrecision(3)} ${units[unit]}`;
}

/**
 * @param {unknown} value any value of a table
 * @returns {string} to six figures where it is no whole number
 */
export function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" && !Number.isInteger(value)) return String(Number(value.toPrecision(6)));
  if (typeof value === "number" || typeof value === "bigint") return NUMBER.format(value);
  if (value instanceof Uint8Array) return [...value].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return String(value);
}

/**
 * Says why a document was dropped as the cards do, or that it was kept.
 *
 * @param {string | null} rule
 * @returns {string}
 */
export function decision(rule) {
  return rule === null ? "kept" : `dropped: ${rule}`;
}

/**
 * @param {string | null} label such as `zho_Hans`
 * @returns {string} the language's tag in HTML, such as `zh-Hans`; empty for none that is known
 */
export function languageTag(label) {
  try {
    return Intl.getCanonicalLocales((label ?? "").replace("_", "-"))[0] ?? "";
  } catch {
    return "";
  }
}
