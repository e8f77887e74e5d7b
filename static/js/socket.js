/** A WebSocket that comes back by itself, and notices when nobody answers any more. */

import { FINAL_CLOSE_CODES, RESTART_CLOSE_CODES } from "./protocol.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;
const PING_EVERY_MS = 5000;
const ANSWER_WITHIN_MS = 9000;
const OPEN_WITHIN_MS = 10000;
// After a restart: how soon to come again, and how long to wait until it counts as lost.
const RESTART_WITHIN_MS = 300;
const CALM_MS = 5000;

/** Events: `open`, `message` (detail: the message), `state` (detail: {state, code, roundTrip}). */
export class Socket extends EventTarget {
  /** @param {string} path from the site's root */
  constructor(path) {
    super();
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.address = `${scheme}//${location.host}${path}`;
    this.wait = FIRST_WAIT_MS;
    this.calm = null; // a timer, from a restart that was announced until the server is back
    this.onHurry = () => this.hurry();
  }

  start() {
    this.isWanted = true;
    addEventListener("online", this.onHurry);
    document.addEventListener("visibilitychange", this.onHurry);
    this.connect();
  }

  stop() {
    this.isWanted = false;
    removeEventListener("online", this.onHurry);
    document.removeEventListener("visibilitychange", this.onHurry);
    clearTimeout(this.retry);
    this.endCalm();
    this.drop();
    this.tell("stopped");
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** Send a message: an object goes as JSON, bytes as they are. False where nothing was sent. */
  send(message) {
    if (!this.isOpen) return false;
    this.socket.send(message instanceof Uint8Array ? message : JSON.stringify(message));
    return true;
  }

  connect() {
    this.tell("connecting");
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => {
      for (const message of [JSON.parse(event.data)].flat()) this.heard(message);
    };
    socket.onclose = (event) => this.closed(socket, event.code);
    // Where a network swallows everything, a browser would try for minutes.
    this.opening = setTimeout(() => this.closed(socket, 1006), OPEN_WITHIN_MS);
  }

  opened() {
    clearTimeout(this.opening);
    this.pingedAt = null;
    this.heardAt = performance.now();
    this.pinging = setInterval(() => this.ping(), PING_EVERY_MS);
    this.tell("open");
    this.dispatchEvent(new Event("open"));
    this.ping();
  }

  /**
   * Ask the server for a sign of life. Only a ping that was left without an answer makes it silent,
   * not the time alone: browsers let the timers of a hidden page run once a minute.
   */
  ping() {
    const now = performance.now();
    if (this.pingedAt === null) {
      this.pingedAt = now;
      this.send({ type: "ping", sent_at: Math.round(now) });
    } else if (now - Math.max(this.pingedAt, this.heardAt) > ANSWER_WITHIN_MS) {
      this.closed(this.socket, 1006);
    }
  }

  heard(message) {
    this.heardAt = performance.now();
    this.wait = FIRST_WAIT_MS; // only a server that speaks is back
    this.endCalm();
    if (message.type === "pong") {
      message.round_trip = this.heardAt - this.pingedAt;
      this.pingedAt = null;
      this.tell("open", { roundTrip: message.round_trip });
    }
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }

  closed(socket, code) {
    if (socket !== this.socket) return; // dropped before
    this.drop();
    if (!this.isWanted) return;
    if (FINAL_CLOSE_CODES.includes(code)) {
      this.stop();
      this.tell("refused", { code });
      return;
    }
    const isRestart = RESTART_CLOSE_CODES.includes(code);
    if (isRestart) this.calm ??= setTimeout(() => this.lose(), CALM_MS);
    this.tell(this.calm ? "restarting" : "closed", { code });
    this.retry = setTimeout(() => this.connect(), isRestart ? Math.random() * RESTART_WITHIN_MS : this.nextWait());
  }

  /** At random within the wait: after a server's end not all lanes come in the same moment. */
  nextWait() {
    const wait = this.wait * (0.5 + Math.random() / 2);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    return wait;
  }

  /** The restart takes too long to keep quiet about it. */
  lose() {
    this.calm = null;
    if (!this.isOpen) this.tell("closed", { code: 1006 });
  }

  endCalm() {
    clearTimeout(this.calm);
    this.calm = null;
  }

  /** Do not wait any longer: the network is back, or somebody looks at the page again. */
  hurry() {
    if (!this.isWanted || document.visibilityState === "hidden") return;
    if (this.isOpen) this.ping(); // it may be a socket of the network that was there before
    if (this.socket) return;
    clearTimeout(this.retry);
    this.connect();
  }

  drop() {
    clearTimeout(this.opening);
    clearInterval(this.pinging);
    const socket = this.socket;
    this.socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  tell(state, detail = {}) {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, ...detail } }));
  }
}
