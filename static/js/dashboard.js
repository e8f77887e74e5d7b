/** The supervisor's room: puts its parts together. */

import { afterPaint } from "./after_paint.js";
import { AlertCalls } from "./alert_calls.js";
import { BoardTable } from "./board_table.js";
import { BoardSums } from "./board_sums.js";
import { Feed } from "./dashboard_feed.js";
import { RoomAlerts } from "./room_alerts.js";
import { RoomLink } from "./room_link.js";
import { pageData } from "./texts.js";

const byId = (id) => document.getElementById(id);
const labels = pageData("labels");
const places = pageData("places");
const known = new Map(places.map(({ id, lanes }) => [id, new Set(lanes.map((lane) => lane.id))]));
const OLD_ENOUGH_MS = 30_000; // a page that is as new as this one would be loaded for nothing
const feed = byId("feed") ? new Feed(byId("feed"), byId("no-feed"), byId("feed-left-out"), labels) : null;
const parts = [
  byId("board") && new BoardTable(
    byId("board"), { empty: byId("no-board"), more: byId("board-more"), filter: byId("board-filter") }, places, labels),
  byId("sums") && new BoardSums(byId("sums")),
  { show: takeInNewcomers },
].filter(Boolean);

const alerts = [];
if (byId("room-alerts")) {
  const list = new RoomAlerts(byId("room-alerts"), byId("no-alerts"), pageData("alert-words"));
  alerts.push(list, new AlertCalls(byId("alert-calls"), byId("alert-said"), (alert) => list.heading(alert)));
}

const link = new RoomLink(feed, parts, alerts, pageData("looked-at"));
link.start();
// The board is what is read first: the map and its library come when that is painted.
if (byId("map")) afterPaint(showMap);

/** A checkpoint or lane that is newer than the page comes with the page loaded anew. */
function takeInNewcomers(_rows, changed) {
  const isKnown = ({ checkpoint_id, lanes }) => lanes.every(({ lane_id }) => known.get(checkpoint_id)?.has(lane_id));
  if (changed.every(isKnown) || performance.now() < OLD_ENOUGH_MS) return;
  location.reload();
}

async function showMap() {
  const { BoardMap } = await import("./board_map.js");
  link.join(new BoardMap(byId("map"), places, labels, pageData("map-settings")));
}
