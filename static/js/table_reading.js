/** Reading an export as it comes, and finding out whether it is whole. */

const COMPLETE = "# COMPLETE";
const LINE_FEED = 10;
const TAIL = 1000; // bytes: the last line is shorter

/**
 * Fetch an export. Never rejects.
 * @param {string} address
 * @param {AbortSignal} signal
 * @param {(far: {rows: number, of: number, bytes: number}) => void} onProgress
 * @returns {Promise<{state: "saved" | "limited" | "failed" | "refused" | "cancelled", file?: Blob, name?: string}>}
 */
export async function readTable(address, signal, onProgress) {
  const parts = [];
  let response;
  try {
    response = await fetch(address, { signal });
  } catch {
    return { state: signal.aborted ? "cancelled" : "refused" };
  }
  if (!response.ok || response.redirected) return { state: "refused" };
  const type = response.headers.get("Content-Type") ?? "";
  const isCsv = type.startsWith("text/csv");
  const file = () => new Blob(parts, { type });
  const name = /filename="(.+)"/.exec(response.headers.get("Content-Disposition"))?.[1] ?? "";
  try {
    await readInto(parts, response, isCsv, onProgress);
  } catch {
    return signal.aborted ? { state: "cancelled" } : { state: "failed", file: file(), name };
  }
  const ended = isCsv ? await lastLine(file()) : response.headers.get("X-Export");
  return { state: stateOf(ended ?? ""), file: file(), name };
}

async function readInto(parts, response, countsRows, onProgress) {
  const of = countsRows ? Number(response.headers.get("X-Rows") ?? 0) : 0;
  const far = { rows: 0, of, bytes: 0 };
  const reader = response.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    far.bytes += next.value.length;
    for (const byte of next.value) if (byte === LINE_FEED) far.rows += 1;
    onProgress(far);
  }
}

async function lastLine(file) {
  const tail = await file.slice(-TAIL).text();
  return tail.trimEnd().split("\n").at(-1).replace(/^"/, "");
}

function stateOf(ended) {
  if (ended === "complete" || ended.startsWith(COMPLETE)) return "saved";
  return ended === "limited" ? "limited" : "failed";
}
