/** The map: a spot for each checkpoint, its colour how urgent it is, its size how much goes on. */

import "../vendor/leaflet/leaflet.js";
import { words } from "./attention.js";
import { districtsOutlines } from "./district_outlines.js";
import { make } from "./elements.js";
import { text } from "./texts.js";

const L = window.L; // which it sets
// More names than this would lie on top of each other: they are shown where the pointer is.
const MOST_NAMES = 40;
const SMALLEST_PX = 7, LARGEST_PX = 18;
const ROOM_FOR_NAMES = 10; // times the letters' size, right of the easternmost spot

export class BoardMap {
  /**
   * @param {HTMLElement} element
   * @param {{id: number, name: string, address: string, latitude: number, longitude: number, district: string}[]} places
   * @param {object} labels
   * @param {{tiles: string, attribution: string, outline: string}} settings
   */
  constructor(element, places, labels, settings) {
    this.map = L.map(element, { zoomSnap: 0.25, keyboard: true, zoomControl: false, attributionControl: Boolean(settings.attribution) });
    L.control.zoom({ zoomInTitle: text("zoom_in"), zoomOutTitle: text("zoom_out") }).addTo(this.map);
    this.map.attributionControl?.setPrefix(false);
    this.spots = new Map();
    this.rows = new Map();
    this.hasNames = places.length <= MOST_NAMES;
    if (settings.tiles) L.tileLayer(settings.tiles, { attribution: settings.attribution, maxZoom: 19 }).addTo(this.map);
    else this.drawOutline(settings.outline);
    for (const outline of districtsOutlines(places)) L.polygon(outline, { className: "district", interactive: false }).addTo(this.map);
    for (const place of places) this.add(place);
    if (places.length) this.fit(places);
    this.map.on("zoomend resize", () => this.untangle());
    this.untangle();
    new ResizeObserver(() => this.map.invalidateSize()).observe(element);
  }

  async drawOutline(address) {
    const answer = await fetch(address);
    if (!answer.ok) return;
    L.geoJSON(await answer.json(), { interactive: false, style: { className: "country" } }).addTo(this.map).bringToBack();
  }

  fit(places) {
    const letters = parseFloat(getComputedStyle(this.map.getContainer()).fontSize);
    this.map.fitBounds(L.latLngBounds(places.map(({ latitude, longitude }) => [latitude, longitude])).pad(0.1), {
      maxZoom: 13, paddingTopLeft: [SMALLEST_PX, SMALLEST_PX], paddingBottomRight: [this.hasNames ? ROOM_FOR_NAMES * letters : SMALLEST_PX, SMALLEST_PX],
    });
  }

  add(place) {
    const spot = L.circleMarker([place.latitude, place.longitude], { radius: SMALLEST_PX, className: "spot level-0" });
    spot.bindTooltip("").on("click", () => location.assign(place.address));
    // Written when it is asked for: all of them with each message would take longer than the board.
    spot.on("tooltipopen", () => spot.setTooltipContent(this.told(place, this.rows.get(place.id))));
    const layers = L.layerGroup(this.hasNames ? [spot, this.nameOf(place)] : [spot]);
    this.spots.set(place.id, { spot, place, layers: layers.addTo(this.map) });
  }

  /** A name beside its spot. */
  nameOf({ name, latitude, longitude }) {
    const none = L.divIcon({ className: "", iconSize: [0, 0] });
    const options = { permanent: true, direction: "right", offset: [8, 0], className: "name-on-map", interactive: false };
    return L.marker([latitude, longitude], { icon: none, interactive: false, keyboard: false }).bindTooltip(name, options);
  }

  /** Of names that lie on top of each other the first is shown; the others are where the pointer is. */
  untangle() {
    const shown = [];
    for (const name of this.map.getContainer().querySelectorAll(".name-on-map")) {
      const box = name.getBoundingClientRect();
      const isFree = shown.every((other) => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom);
      name.classList.toggle("tangled", !isFree);
      if (isFree) shown.push(box);
    }
  }

  show(rows, changed) {
    this.rows = rows;
    for (const row of changed) {
      const found = this.spots.get(row.checkpoint_id);
      if (!found) continue;
      const { spot, place } = found;
      const radius = Math.round(Math.min(LARGEST_PX, SMALLEST_PX + Math.sqrt(row.last_minute) * 2));
      if (radius !== spot.getRadius()) spot.setRadius(radius);
      if (row.level !== found.level) {
        found.level = row.level;
        spot.getElement()?.setAttribute("class", `spot level-${row.level} leaflet-interactive`);
        if (row.level === 2) spot.bringToFront();
      }
      if (spot.isTooltipOpen()) spot.setTooltipContent(this.told(place, row));
    }
    for (const [id, { layers }] of this.spots) {
      if (!rows.has(id)) layers.remove();
      else if (!this.map.hasLayer(layers)) layers.addTo(this.map);
    }
  }

  told(place, row) {
    const name = make("strong", { text: place.name });
    if (!row) return name;
    return make("span", { className: "on-map" }, name, make("span", { text: text("a_minute", { n: row.last_minute }) }),
      ...words(row).map((matter) => make("span", { text: matter })));
  }
}
