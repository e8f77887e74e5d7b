/** How this device shows and sounds: remembered on it. */

import { recall, remember } from "./remembered.js";

const STORED = "checkpoint.settings";
const THEMES = ["night", "sun"];
const DEFAULTS = { theme: "night", volume: 70, emptySeconds: 4 };

/** Events: `change`. */
export class SettingsBox extends EventTarget {
  /**
   * @param {HTMLElement} box templates/scans/settings_box.html
   * @param {{sounds: import("./sounds.js").Sounds, speech: import("./speech.js").Speech, shortcuts: import("./shortcuts.js").Shortcuts}} parts
   */
  constructor(box, { sounds, speech, shortcuts }) {
    super();
    this.values = { ...DEFAULTS, ...recall(STORED) };
    this.sounds = sounds;
    const field = (name) => box.querySelector(`[name="${name}"]`);
    field("volume").value = this.values.volume;
    field("theme").value = this.values.theme;
    field("empty-seconds").value = this.values.emptySeconds;
    field("speak").checked = speech.isOn;
    field("keys").checked = shortcuts.isOn;
    field("volume").addEventListener("input", ({ target }) => this.set("volume", Number(target.value)));
    field("theme").addEventListener("change", ({ target }) => this.set("theme", target.value));
    field("empty-seconds").addEventListener("change", ({ target }) => this.set("emptySeconds", Number(target.value)));
    field("speak").addEventListener("change", ({ target }) => speech.turn(target.checked));
    field("keys").addEventListener("change", ({ target }) => (shortcuts.isOn = target.checked));
    box.querySelector("[data-testid=test-sound]").addEventListener("click", () => {
      sounds.unlock();
      sounds.test();
    });
    box.querySelector("[data-testid=full-screen]").addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen?.().catch(() => {});
    });
    this.apply();
  }

  set(name, value) {
    this.values[name] = value;
    remember(STORED, this.values);
    this.apply();
    this.dispatchEvent(new Event("change"));
  }

  apply() {
    this.sounds.volume = this.values.volume / 100;
    for (const theme of THEMES) document.body.classList.toggle(theme, this.values.theme === theme);
    document.body.classList.toggle("dark", this.values.theme !== "sun");
  }
}
