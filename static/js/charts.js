/** The charts' page: draws what stands in its tables. */

import { drawCurve } from "./curve.js";
import { pageData } from "./texts.js";

const drawn = pageData("drawn");

for (const name of ["outcomes", "usual", "directions"]) {
  const element = document.getElementById(`${name}-chart`);
  if (element) drawCurve(element, drawn[name], { timeZone: drawn.time_zone });
}
