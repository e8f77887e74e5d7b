/** The dashboard: puts its parts together. */

import { showConnection } from "./connection.js";
import { Feed } from "./dashboard_feed.js";
import { Totals } from "./dashboard_totals.js";
import { byTestId } from "./elements.js";
import { Socket } from "./socket.js";
import { pageData } from "./texts.js";

const byId = (id) => document.getElementById(id);
const labels = pageData("labels");
const feed = new Feed(byId("feed"), byId("no-feed"), labels);
const totals = new Totals(byId("totals"), byId("no-totals"), labels);
const socket = new Socket("/ws/dashboard/");

// On every connection anew: what was recorded meanwhile comes at once.
socket.addEventListener("open", () => socket.send({ type: "catch_up", after: feed.lastId }));
socket.addEventListener("message", ({ detail: message }) => {
  if (message.type === "feed") feed.take(message);
  else if (message.type === "totals") totals.take(message);
});
socket.addEventListener("state", ({ detail }) => showConnection(byTestId("connection"), byId("not-connected"), detail));
socket.start();
