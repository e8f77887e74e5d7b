/**
 * The messages of the sockets, as scans/protocol/ defines them. A test compares the two.
 */

export const VERSION = 1;
export const HEADER_BYTES = 14;
export const MAX_FRAME_BYTES = 1024000;
export const MAX_SEEN_SYMBOLS = 16;
export const MAX_TEXT_CHARACTERS = 32768;
export const FLAG_PICTURE = 1;
export const FLAG_TOGETHER = 2;
export const CLOSE_NOT_LOGGED_IN = 4401;
export const CLOSE_WRONG_ROLE = 4403;
export const CLOSE_NO_SUCH_LANE = 4404;
export const CLOSE_DEVICE_CUT_OFF = 4405;
export const CLOSE_NOT_ENROLLED = 4406;
export const CLOSE_LOCKED = 4423;
export const CLOSE_SERVICE_RESTART = 4012;

/** Close codes after which to connect again would be of no use. */
export const FINAL_CLOSE_CODES = [
  CLOSE_NOT_LOGGED_IN, CLOSE_WRONG_ROLE, CLOSE_NO_SUCH_LANE, CLOSE_DEVICE_CUT_OFF, CLOSE_NOT_ENROLLED,
  CLOSE_LOCKED,
];

/** A server, or a proxy before it, that is about to be back. The two others are the standard's own. */
export const RESTART_CLOSE_CODES = [CLOSE_SERVICE_RESTART, 1001, 1012];

/** What the lists of values in a `board` message are, in their order. */
export const BOARD_ROW = [
  "checkpoint_id", "last_minute", "usual", "allow", "hold", "refuse", "turned_back_in", "turned_back_out", "median_ms",
  "p95_ms", "lanes", "attention", "level"
];
export const LANE_NOW = ["lane_id", "state", "since", "troubles"];

/** A list of values with their names. */
export function named(fields, values) {
  return Object.fromEntries(fields.map((field, index) => [field, values[index]]));
}

/** Outcomes, the mildest first. */
export const OUTCOMES = ["allow", "hold", "refuse"];

/**
 * A frame's binary message.
 * @param {{seq: number, capturedAt: number, isPicture: boolean, image: ArrayBuffer}} frame
 *   `capturedAt` in milliseconds since 1970, by the server's clock
 * @returns {Uint8Array}
 */
export function packFrame({ seq, capturedAt, isPicture, image }) {
  const message = new Uint8Array(HEADER_BYTES + image.byteLength);
  const header = new DataView(message.buffer);
  header.setUint8(0, VERSION);
  header.setUint8(1, FLAG_TOGETHER | (isPicture ? FLAG_PICTURE : 0));
  header.setUint32(2, seq);
  header.setBigUint64(6, BigInt(Math.max(0, Math.round(capturedAt))));
  message.set(new Uint8Array(image), HEADER_BYTES);
  return message;
}

/**
 * As many of the codes as one `seen` may hold: what is too long would not be answered.
 * @template {{payload: string}} Symbol
 * @param {Symbol[]} symbols
 * @returns {Symbol[]}
 */
export function fitting(symbols) {
  const room = MAX_TEXT_CHARACTERS - 200; // for what stands around them
  let used = 0;
  return symbols.slice(0, MAX_SEEN_SYMBOLS).filter((symbol) => {
    used += JSON.stringify(symbol).length;
    return used <= room;
  });
}
