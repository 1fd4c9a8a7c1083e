// DuckDB in a worker, with the columns of the table `corpus` that were asked for so far.

import { address, bytes } from "./files.js";
import { AsyncDuckDB, VoidLogger } from "./libraries/duckdb.js";
import { quoted } from "./rules.js";

/** @typedef {import("./index.js").Index} Index */
/** @typedef {Record<string, any>} Row */
/** @typedef {{names: string[], types: string[], rows: any[][], more: boolean}} Answer */

export class Engine {
  /** @param {Index} index */
  constructor(index) {
    this.index = index;
    /** @type {Set<string>} */
    this.loaded = new Set();
    /** @type {Promise<any> | null} */
    this.opened = null;
    /** @type {Promise<unknown>} */
    this.last = Promise.resolve();
  }

  /** Begins to fetch DuckDB, 34 MB inflated, if that has not begun. */
  open() {
    this.opened ??= connect();
    return this.opened;
  }

  /**
   * Answers a query.
   *
   * @param {string} sql
   * @param {string[]} columns those of `corpus` that it reads
   * @returns {Promise<Row[]>}
   */
  rows(sql, columns) {
    return this.inTurn(async (connection) => {
      await this.load(connection, columns);
      const found = await connection.query(sql);
      const values = batchRows(found, found.schema.fields, found.numRows);
      const names = found.schema.fields.map((/** @type {any} */ field) => field.name);
      return values.map((row) => Object.fromEntries(row.map((value, at) => [names[at], value])));
    });
  }

  /**
   * Answers a query of which nobody knows how many rows it has.
   *
   * @param {string} sql
   * @param {string[]} columns those of `corpus` that it reads
   * @param {number} limit how many rows to hold; more are not computed
   * @returns {Promise<Answer>}
   */
  answer(sql, columns, limit) {
    return this.inTurn(async (connection) => {
      await this.load(connection, columns);
      const reader = await connection.send(sql, true);
      /** @type {any[][]} */
      const rows = [];
      let fields = reader.schema?.fields;
      for await (const batch of reader) {
        fields ??= batch.schema.fields;
        rows.push(...batchRows(batch, fields, limit + 1 - rows.length));
        if (rows.length > limit) {
          await connection.cancelSent();
          break;
        }
      }
      fields ??= reader.schema.fields;
      return {
        names: fields.map((/** @type {any} */ field) => field.name),
        types: fields.map((/** @type {any} */ field) => String(field.type)),
        rows: rows.slice(0, limit),
        more: rows.length > limit,
      };
    });
  }

  /**
   * Runs something when all that was asked before is done: the table may not change below a query.
   *
   * @template T
   * @param {(connection: any) => Promise<T>} work
   * @returns {Promise<T>}
   */
  inTurn(work) {
    const done = this.last.then(() => this.open()).then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  /**
   * Adds columns to the table.
   *
   * @param {any} connection
   * @param {string[]} names
   */
  async load(connection, names) {
    const missing = this.index.columns.filter(({ name }) => names.includes(name) && !this.loaded.has(name));
    if (missing.length === 0) return;
    const files = await Promise.all(missing.map(({ file }) => bytes(file)));
    for (const [number, content] of files.entries()) {
      await connection.insertArrowFromIPCStream(content, { name: `column_${number}`, create: true });
    }
    const added = missing.map((_, number) => `column_${number}`);
    const all = (this.loaded.size ? ["corpus", ...added] : added).join(" POSITIONAL JOIN ");
    for (const { name } of missing) this.loaded.add(name);
    const ordered = this.index.columns.filter((column) => this.loaded.has(column.name)).map((column) => quoted(column.name));
    await connection.query(`CREATE OR REPLACE TABLE corpus AS SELECT ${ordered.join(", ")} FROM ${all}`);
    await connection.query(added.map((name) => `DROP TABLE ${name}`).join(";"));
  }
}

/** Starts DuckDB, so that it reaches neither files nor the network. */
async function connect() {
  const wasm = bytes("libraries/duckdb.wasm.gz");
  // A worker made from a blob stands under the page's own policy; one with an address stands under none.
  const script = new Blob([`importScripts(${JSON.stringify(address("libraries/duckdb-worker.js"))});`]);
  const database = new AsyncDuckDB(new VoidLogger(), new Worker(URL.createObjectURL(script)));
  await database.instantiate(URL.createObjectURL(new Blob([await wasm], { type: "application/wasm" })));
  await database.open({ query: { castBigIntToDouble: false } });
  const connection = await database.connect();
  await connection.query("SET enable_external_access = false; SET lock_configuration = true");
  return connection;
}

/**
 * Returns the first rows of some Arrow data.
 *
 * @param {any} batch
 * @param {any[]} fields
 * @param {number} limit
 * @returns {any[][]}
 */
function batchRows(batch, fields, limit) {
  const vectors = fields.map((_, at) => batch.getChildAt(at));
  return Array.from({ length: Math.min(batch.numRows, limit) }, (_, row) =>
    vectors.map((vector, at) => plainValue(vector.get(row), fields[at].type)),
  );
}

/**
 * Returns a value of an Arrow vector as JavaScript has it: a number where it is exact, else text.
 *
 * @param {any} value
 * @param {any} type
 */
function plainValue(value, type) {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  const named = String(type);
  if (named.startsWith("Decimal")) return Number(String(value)) / 10 ** type.scale;
  if (named.startsWith("Date") || named.startsWith("Timestamp")) return new Date(Number(value)).toISOString();
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  return typeof value === "object" ? JSON.stringify(value) : value;
}

/**
 * Says what went wrong as DuckDB put it.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function reason(error) {
  const message = error instanceof Error ? error.message : String(error);
  try {
    const { exception_type, exception_message } = JSON.parse(message);
    return `${exception_type} Error: ${exception_message}`;
  } catch {
    return message;
  }
}
