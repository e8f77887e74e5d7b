/** Spoken words, where the device has a voice: the verdict for the officer, a hint for the driver. */

import { recall, remember } from "./remembered.js";

const STORED = "checkpoint.speech";
const SAME_AGAIN_MS = 6000;

export class Speech {
  constructor() {
    this.isOn = recall(STORED) === true;
    this.lastText = "";
    this.lastAt = -Infinity;
  }

  /** Whether this browser can speak at all. */
  static get isPossible() {
    return "speechSynthesis" in window;
  }

  turn(isOn) {
    this.isOn = isOn;
    remember(STORED, isOn);
    if (!isOn && Speech.isPossible) speechSynthesis.cancel();
  }

  /** Say this now, and not what was to be said before. The same words not again within six seconds. */
  say(text, { isVerdict = false } = {}) {
    const now = performance.now();
    if (!this.isOn || !Speech.isPossible || !text) return;
    if (!isVerdict && text === this.lastText && now - this.lastAt < SAME_AGAIN_MS) return;
    this.lastText = text;
    this.lastAt = now;
    speechSynthesis.cancel();
    const words = new SpeechSynthesisUtterance(text);
    words.lang = document.documentElement.lang || "vi";
    words.voice = voiceFor(words.lang);
    words.onerror = () => {}; // a device without a voice: the screen says it
    speechSynthesis.speak(words);
  }
}

/** The first voice of the page's language; null lets the browser choose. */
function voiceFor(language) {
  return speechSynthesis.getVoices().find((voice) => voice.lang.toLowerCase().startsWith(language)) ?? null;
}
