// Gathers the libraries of the page from their npm packages: `npm ci && npm run build` (`make explorer`) fills built/.

import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const OUT = new URL("built/", import.meta.url);
const PACKAGES = new URL("node_modules/", import.meta.url);
// Packages without a licence text of their own, and where it is.
const ELSEWHERE = { "@duckdb/duckdb-wasm": "The text stands beside this file, in LICENSE-duckdb.txt." };
const DUCKDB = new URL("@duckdb/duckdb-wasm/dist/", PACKAGES);

/** Bundles what a package exports, with all that it imports, into one module. */
async function bundle(name, source) {
  const result = await build({
    stdin: { contents: source, resolveDir: new URL(".", import.meta.url).pathname },
    bundle: true,
    format: "esm",
    minify: true,
    legalComments: "none",
    metafile: true,
    write: false,
  });
  await writeFile(new URL(`${name}.js`, OUT), result.outputFiles[0].contents);
  return Object.keys(result.metafile.inputs).flatMap((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []);
}

/** Returns the licence texts of packages, one after the other, with the notices that some want passed on. */
async function notices(packages) {
  const texts = [];
  for (const name of [...new Set(packages)].sort()) {
    const folder = new URL(`${name}/`, PACKAGES);
    const { version, license } = JSON.parse(await readFile(new URL("package.json", folder), "utf8"));
    const files = (await readdir(folder)).filter((entry) => /^(licen[cs]e|notice)/i.test(entry)).sort();
    if (!files.some((entry) => /^licen/i.test(entry)) && !(name in ELSEWHERE)) throw new Error(`${name}: no licence text`);
    const parts = await Promise.all(files.map((file) => readFile(new URL(file, folder), "utf8")));
    const text = parts.length ? parts.map((part) => part.trim()).join("\n\n") : ELSEWHERE[name];
    texts.push(`${name} ${version} (${license})\n\n${text}\n`);
  }
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT);
const used = [
  ...(await bundle("duckdb", 'export { AsyncDuckDB, VoidLogger } from "@duckdb/duckdb-wasm";')),
  ...(await bundle("plot", 'export * from "@observablehq/plot";')),
];
const worker = await readFile(new URL("duckdb-browser-eh.worker.js", DUCKDB), "utf8");
await writeFile(new URL("duckdb-worker.js", OUT), worker.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, "\n"));
await writeFile(new URL("duckdb.wasm.gz", OUT), gzipSync(await readFile(new URL("duckdb-eh.wasm", DUCKDB)), { level: 9 }));
await writeFile(new URL("LICENSES.txt", OUT), await notices(used));
