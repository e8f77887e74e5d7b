/** Who needs attention first: as scans/live/attention.py has found it. */

import { text } from "./texts.js";

/** What is the matter, the gravest first: the order of the codes in scans/live/attention.py. */
export const CODES = [
  "critical_alert", "high_alert", "lane_silent", "nobody_there", "no_scans", "busy", "slow", "device_trouble"
];

const gravest = (row) => (row.attention.length ? CODES.indexOf(row.attention[0]) : CODES.length);

/** For sorting: level, then the gravest matter, then how much goes on, then the name. */
export function moreUrgent(one, other, nameOf) {
  return other.level - one.level || gravest(one) - gravest(other) || other.last_minute - one.last_minute
    || nameOf(one).localeCompare(nameOf(other));
}

/** The matters of a checkpoint in words. */
export function words(row) {
  return row.attention.map((code) => text(`attention.${code}`));
}
