/** The supervisor's room: puts its parts together. */

import { BoardTable } from "./board_table.js";
import { BoardMap } from "./board_map.js";
import { BoardSums } from "./board_sums.js";
import { Feed } from "./dashboard_feed.js";
import { RoomLink } from "./room_link.js";
import { pageData } from "./texts.js";

const byId = (id) => document.getElementById(id);
const labels = pageData("labels");
const places = pageData("places");
const feed = byId("feed") ? new Feed(byId("feed"), byId("no-feed"), byId("feed-left-out"), labels) : null;
const parts = [
  byId("board") && new BoardTable(byId("board"), byId("no-board"), places, labels),
  byId("map") && new BoardMap(byId("map"), places, labels, pageData("map-settings")),
  byId("sums") && new BoardSums(byId("sums")),
].filter(Boolean);

const link = new RoomLink(feed, parts, pageData("looked-at"));
link.start();
