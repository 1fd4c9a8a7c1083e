// What libraries.mjs gathers has the types of the packages that it comes from.
declare module "*/libraries/plot.js" {
  export * from "@observablehq/plot";
}
declare module "*/libraries/duckdb.js" {
  export { AsyncDuckDB, VoidLogger } from "@duckdb/duckdb-wasm";
}
