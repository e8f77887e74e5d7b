/**
 * What the checkpoint page says to its lane on the server, and hears from it: frames, one in flight;
 * typed payloads, which are kept until they are answered.
 */

import { inWholePicture } from "./capture_plan.js";
import { ServerClock } from "./clock.js";
import { fitting, packFrame } from "./protocol.js";
import { Socket } from "./socket.js";
import { uuid7 } from "./uuid7.js";

const MOST_WAITING_CHECKS = 50;

/**
 * Events: `ready` (a frame may be sent), `verdict`, `error`, `frame_done` (detail: the message, with
 * `takenAt`, the performance.now() of its capture), `shift`, `state`, `waiting` (detail: how many).
 */
export class LaneLink extends EventTarget {
  constructor(laneId, direction) {
    super();
    this.clock = new ServerClock();
    this.seq = 0;
    this.inFlight = null;
    this.checks = new Map();
    this.plate = "";
    this.socket = new Socket(`/ws/lanes/${laneId}/${direction}/`);
    this.socket.addEventListener("state", (event) => this.pass("state", event.detail));
    this.socket.addEventListener("message", (event) => this.heard(event.detail));
    this.isServed = false;
  }

  start() {
    this.socket.start();
  }

  stop() {
    this.socket.stop();
  }

  /** Whether the server waits for a frame. */
  get isReady() {
    return this.isServed && this.socket.isOpen && this.inFlight === null;
  }

  /**
   * Send a picture. Only while `isReady`.
   * @param {{image: ArrayBuffer, takenAt: number, width: number, height: number, region?: object,
   *   whole?: object, isPicture?: boolean}} picture
   */
  sendFrame({ image, isPicture = false, ...picture }) {
    this.seq = (this.seq + 1) % 2 ** 32;
    const sentAt = performance.now();
    const capturedAt = this.clock.now() - (sentAt - picture.takenAt);
    const sent = this.socket.send(packFrame({ seq: this.seq, capturedAt, isPicture, image }));
    if (sent) this.inFlight = { seq: this.seq, sentAt, isPicture, ...picture };
    return sent;
  }

  /**
   * Send what the page has read in a picture by itself. Only while `isReady`.
   * @param {{symbols: {payload: string, corners: number[][]}[], takenAt: number, width: number,
   *   height: number, region: object, whole: object}} picture
   */
  sendSeen({ symbols, ...picture }) {
    this.seq = (this.seq + 1) % 2 ** 32;
    const capturedAt = Math.round(this.clock.now() - (performance.now() - picture.takenAt));
    const message = { type: "seen", seq: this.seq, captured_at: capturedAt, symbols: fitting(symbols) };
    const sent = this.socket.send(message);
    if (sent) this.inFlight = { seq: this.seq, isText: true, isPicture: false, ...picture };
    return sent;
  }

  /** Check a payload that was typed or read by a scanner. False where too many wait already. */
  check(payload) {
    if (this.checks.size >= MOST_WAITING_CHECKS) return false;
    const now = this.clock.now();
    const check = { type: "check", payload, scan_id: uuid7(now), captured_at: Math.round(now) };
    this.checks.set(check.scan_id, { check, takenAt: performance.now() });
    if (this.isServed) this.socket.send(check);
    this.pass("waiting", this.checks.size);
    return true;
  }

  /** Say something that is kept elsewhere until it is answered, or need not arrive. */
  say(message) {
    return this.isServed && this.socket.send(message);
  }

  /** Say which vehicle stands in front; "" where that is not known. */
  setVehicle(plate) {
    this.plate = plate;
    if (this.isServed) this.socket.send({ type: "vehicle", plate });
  }

  heard(message) {
    if (message.type === "shift") {
      this.clock.learn(message.server_time);
      this.resume();
    } else if (message.type === "pong") {
      this.clock.learn(message.server_time, message.round_trip);
      return;
    }
    this.pass(message.type, this.withCapture(message));
    if (message.type === "frame_done" && message.seq === this.inFlight?.seq) {
      this.inFlight = null;
      this.pass("ready");
    }
  }

  /** The server has opened the lane, for the first time or again: send what it has not answered. */
  resume() {
    this.isServed = true;
    this.inFlight = null;
    if (this.plate) this.setVehicle(this.plate);
    for (const { check } of this.checks.values()) this.socket.send(check);
    this.pass("ready");
  }

  /** The message with what the page knows of the capture that it answers. */
  withCapture(message) {
    if (message.scan_id && this.checks.has(message.scan_id)) {
      const { check, takenAt } = this.checks.get(message.scan_id);
      this.checks.delete(message.scan_id);
      this.pass("waiting", this.checks.size);
      return { ...message, takenAt, payload: check.payload };
    }
    const frame = message.seq === this.inFlight?.seq ? this.inFlight : null;
    return frame ? { ...ofWholePicture(message, frame), takenAt: frame.takenAt } : message;
  }

  pass(type, detail = null) {
    if (type === "state" && detail.state !== "open") this.isServed = false;
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** The message with its frame, and its corners where they are in the camera's whole picture. */
function ofWholePicture(message, frame) {
  const { region, whole } = frame;
  if (!region) return { ...message, frame };
  const placed = { ...message, frame: { ...frame, ...whole } };
  for (const name of ["corners", "seen"]) {
    if (message[name]) placed[name] = inWholePicture(message[name], frame);
  }
  return placed;
}
