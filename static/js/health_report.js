/** Tells the server how this device is: battery, network, camera, clock. What changes is said soon, all of it every 25 s. */

const EVERY_MS = 25_000;
const SOON_MS = 2000;
const CAMERA = {
  frozen: "frozen",
  black: "black",
  NotFoundError: "none",
  NotAllowedError: "denied",
  SecurityError: "denied",
  insecure: "denied",
};

export class HealthReport {
  constructor() {
    this.battery = null;
    navigator.getBattery?.().then((battery) => {
      this.battery = battery;
      battery.addEventListener("chargingchange", () => this.changed());
    }).catch(() => {}); // not for this page: then nobody knows
  }

  /**
   * @param {import("./shift.js").Shift} shift the one that begins
   * @param {import("./lane_cars.js").LaneCars} cars
   * @param {AbortSignal} signal its end
   */
  attach(shift, cars, signal) {
    Object.assign(this, { link: shift.link, trouble: null, isRunning: false, light: "ok", fps: null, unsent: 0, roundTrip: null });
    const hear = (target, type, act) => target.addEventListener(type, ({ detail }) => act(detail), { signal });
    hear(shift, "camera", ({ state, trouble }) => this.learn({ trouble, isRunning: state === "running" }));
    hear(shift, "camera_state", ({ fps, light }) => {
      this.fps = fps;
      this.learn({ light });
    });
    hear(shift, "state", ({ roundTrip }) => (this.roundTrip = roundTrip ?? this.roundTrip));
    hear(cars, "unsent", (unsent) => this.learn({ unsent }));
    hear(shift, "shift", () => this.changed());
    const every = setInterval(() => this.send(), EVERY_MS);
    signal.addEventListener("abort", () => {
      clearInterval(every);
      clearTimeout(this.soon);
      this.soon = null;
    });
  }

  learn(news) {
    const isNews = Object.entries(news).some(([name, value]) => this[name] !== value);
    Object.assign(this, news);
    if (isNews) this.changed();
  }

  changed() {
    this.soon ??= setTimeout(() => this.send(), SOON_MS);
  }

  get camera() {
    if (this.trouble) return CAMERA[this.trouble] ?? "broken";
    if (!this.isRunning) return "starting";
    return this.light === "dark" ? "dark" : "ok";
  }

  send() {
    clearTimeout(this.soon);
    this.soon = null;
    const offset = this.link?.clock.deviceOffset ?? null;
    this.link?.say({
      type: "health",
      camera: this.camera,
      unsent_acts: this.unsent,
      battery: this.battery?.level ?? null,
      charging: this.battery?.charging ?? null,
      round_trip_ms: this.roundTrip === null ? null : Math.min(600_000, Math.round(this.roundTrip)),
      pictures_a_second: this.isRunning && this.fps !== null ? Math.max(0, Math.min(1000, Math.round(this.fps))) : null,
      clock_offset_ms: offset === null ? null : Math.round(offset),
      network: (navigator.connection?.effectiveType ?? "").slice(0, 16),
    });
  }
}
