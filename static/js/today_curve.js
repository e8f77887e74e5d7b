/** The day of a checkpoint or a lane, as a curve above its table. */

import { drawCurve } from "./curve.js";
import { pageData } from "./texts.js";

const drawn = pageData("drawn");
drawCurve(document.getElementById("today-curve"), drawn, { timeZone: drawn.time_zone });
