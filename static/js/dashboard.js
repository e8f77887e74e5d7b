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
const feed = byId("feed") ? new Feed(byId("feed"), byId("no-feed"), byId("feed-left-out"), labels) : null;
const parts = [
  byId("board") && new BoardTable(
    byId("board"), { empty: byId("no-board"), more: byId("board-more"), filter: byId("board-filter") }, places, labels),
  byId("sums") && new BoardSums(byId("sums")),
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

async function showMap() {
  const { BoardMap } = await import("./board_map.js");
  link.join(new BoardMap(byId("map"), places, labels, pageData("map-settings")));
}
