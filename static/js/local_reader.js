/** Decodes in the browser: with its own BarcodeDetector where that knows QR codes, else with zxing-wasm. */

/**
 * @typedef {{payload: string, corners: number[][]}} Symbol
 * @param {string} wasmAddress
 * @returns {Promise<(canvas: OffscreenCanvas) => Promise<Symbol[]>>} rejects where neither runs here
 */
export async function makeLocalReader(wasmAddress) {
  return (await ownDetector()) ?? (await zxing(wasmAddress));
}

async function ownDetector() {
  if (!self.BarcodeDetector) return null;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!formats.includes("qr_code")) return null; // there it is a name with nothing behind it
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (canvas) => {
    const found = await detector.detect(canvas);
    return found.map(({ rawValue, cornerPoints }) => ({ payload: rawValue, corners: whole(cornerPoints) }));
  };
}

async function zxing(wasmAddress) {
  const { prepareZXingModule, readBarcodes } = await import("../vendor/zxing-wasm/reader/index.js");
  await prepareZXingModule({ overrides: { locateFile: () => wasmAddress }, fireImmediately: true });
  return async (canvas) => {
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const found = await readBarcodes(pixels, { formats: ["QRCode"], tryInvert: true });
    return found.filter(({ text }) => text).map(toSymbol);
  };
}

function toSymbol({ bytes, text, position: { topLeft, topRight, bottomRight, bottomLeft } }) {
  return { payload: asText(bytes) ?? text, corners: whole([topLeft, topRight, bottomRight, bottomLeft]) };
}

/** UTF-8 where the bytes are that, as the server reads them: a decoder may guess another set. */
function asText(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const whole = (points) => points.map(({ x, y }) => [Math.round(x), Math.round(y)]);
