/** The dashboard's socket: what it hears goes to the parts of the page, and is answered once shown. */

import { afterPaint } from "./after_paint.js";
import { showConnection } from "./connection.js";
import { byTestId } from "./elements.js";
import { BOARD_ROW, LANE_NOW, named } from "./protocol.js";
import { Socket } from "./socket.js";

const ANSWER_WITHIN_MS = 1000;

export class RoomLink {
  /**
   * @param {import("./dashboard_feed.js").Feed | null} feed
   * @param {{show: (rows: Map<number, object>, changed: object[], at: number) => void}[]} parts
   * @param {{show: (alerts: object[]) => void}[]} alertParts
   * @param {{checkpoint?: number, lane?: number}} lookedAt what the page is about, if not about all
   */
  constructor(feed, parts, alertParts, lookedAt) {
    this.feed = feed;
    this.parts = parts;
    this.alertParts = alertParts;
    this.lookedAt = lookedAt;
    this.rows = new Map();
    this.socket = new Socket("/ws/dashboard/");
  }

  /** A part that comes later is shown what there is. */
  join(part) {
    this.parts.push(part);
    if (this.rows.size) part.show(this.rows, [...this.rows.values()], Date.now());
  }

  start() {
    // On every connection anew: what was recorded meanwhile comes at once.
    this.socket.addEventListener("open", () => this.socket.send({ type: "catch_up", after: this.feed?.lastId ?? 0, ...this.lookedAt }));
    this.socket.addEventListener("message", ({ detail }) => this.heard(detail));
    this.socket.addEventListener("state", ({ detail }) =>
      showConnection(byTestId("connection"), document.getElementById("not-connected"), detail));
    this.socket.start();
  }

  heard(message) {
    if (message.type === "feed") this.feed?.take(message);
    else if (message.type === "alerts") for (const part of this.alertParts) part.show(message.alerts);
    else if (message.type === "board") this.take(message);
  }

  take({ version, at, rows, fresh }) {
    if (fresh) this.rows.clear();
    const changed = rows.map(boardRow);
    for (const row of changed) this.rows.set(row.checkpoint_id, row);
    for (const part of this.parts) part.show(this.rows, changed, at);
    let isAnswered = false;
    const answer = () => {
      if (!isAnswered) this.socket.send({ type: "got", version });
      isAnswered = true;
    };
    // Of a page that is hidden nothing is painted, and alerts are to be heard all the same.
    if (document.hidden) answer();
    else {
      afterPaint(answer);
      setTimeout(answer, ANSWER_WITHIN_MS);
    }
  }
}

function boardRow(values) {
  const row = named(BOARD_ROW, values);
  row.lanes = row.lanes.map((lane) => ({ troubles: [], ...named(LANE_NOW, lane) }));
  row.scans = row.allow + row.hold + row.refuse;
  return row;
}
