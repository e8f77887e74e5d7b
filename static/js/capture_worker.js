/** The worker's end of frames.js: drawing and encoding happen here, beside the page. */

import { FrameMaker } from "./capture.js";
import { CapturePlan } from "./capture_plan.js";
import { LocalReading } from "./local_reading.js";

const local = new LocalReading();
const maker = new FrameMaker((width, height) => new OffscreenCanvas(width, height), new CapturePlan(), local);

self.onmessage = async ({ data }) => {
  if (data.wasmAddress) local.wasmAddress = data.wasmAddress;
  if (data.answer) {
    maker.answered(data.answer);
    return;
  }
  const { bitmap } = data;
  if (!bitmap) return;
  try {
    const frame = await maker.make(bitmap, bitmap);
    self.postMessage({ frame }, frame?.image ? [frame.image] : []);
  } catch {
    self.postMessage({ frame: null });
  } finally {
    bitmap.close();
  }
};
