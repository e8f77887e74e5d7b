/** The worker's end of frames.js: drawing and encoding happen here, beside the page. */

import { FrameMaker } from "./capture.js";
import { CapturePlan } from "./capture_plan.js";

const maker = new FrameMaker((width, height) => new OffscreenCanvas(width, height), new CapturePlan());

self.onmessage = async ({ data }) => {
  if (data.answer) {
    maker.answered(data.answer);
    return;
  }
  const { bitmap } = data;
  try {
    const frame = await maker.make(bitmap, bitmap);
    self.postMessage({ frame }, frame ? [frame.image] : []);
  } catch {
    self.postMessage({ frame: null });
  } finally {
    bitmap.close();
  }
};
