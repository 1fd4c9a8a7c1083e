// The explorer's own files, below the folder of this script. What is compressed is inflated here, whatever the server
// says of it.

const ROOT = new URL(".", import.meta.url);

/**
 * Fetches a file.
 *
 * @param {string} path below the explorer's folder
 * @param {AbortSignal} [signal]
 * @returns {Promise<Uint8Array<ArrayBuffer>>} its content, inflated
 */
export async function bytes(path, signal) {
  const response = await fetch(address(path), { signal });
  if (!response.ok) throw new Error(`${path}: the server answers ${response.status}`);
  const content = new Uint8Array(await response.arrayBuffer());
  // Some servers send .gz as an encoding, and the browser has inflated it already.
  return content[0] === 0x1f && content[1] === 0x8b ? inflated(content) : content;
}

/**
 * Fetches a file of JSON.
 *
 * @param {string} path below the explorer's folder
 * @returns {Promise<any>}
 */
export async function json(path) {
  return JSON.parse(new TextDecoder().decode(await bytes(path)));
}

/**
 * @param {string} path below the explorer's folder
 * @returns {string}
 */
export function address(path) {
  return new URL(path, ROOT).href;
}

/** @param {Uint8Array<ArrayBuffer>} content */
async function inflated(content) {
  const stream = new Blob([content]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
