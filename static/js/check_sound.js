/** A tone that somebody must hear, a voice, and whether the device vibrates. */

import { Sounds } from "./sounds.js";

const ANSWER_WITHIN_MS = 60_000;
const VOICES_WITHIN_MS = 1500;

export class SoundCheck {
  /** @param {HTMLElement} question its buttons have `data-testid` heard, not-heard, play-again */
  constructor(question) {
    this.question = question;
    this.sounds = new Sounds();
  }

  /** To be called in a click. */
  unlock() {
    this.sounds.unlock();
  }

  async ask() {
    if (!window.AudioContext) return [{ name: "sound", code: "unsupported" }];
    const button = (name) => this.question.querySelector(`[data-testid="${name}"]`);
    this.sounds.play("allow");
    this.question.hidden = false;
    button("heard").focus();
    const code = await new Promise((resolve) => {
      button("heard").onclick = () => resolve("heard");
      button("not-heard").onclick = () => resolve("not_heard");
      button("play-again").onclick = () => this.sounds.play("allow");
      setTimeout(() => resolve("unanswered"), ANSWER_WITHIN_MS);
    });
    this.question.hidden = true;
    return [{ name: "sound", code }];
  }
}

/** @param {string} words said by a Vietnamese voice, or by another */
export async function checkSpeech(words) {
  if (!window.speechSynthesis) return [{ name: "speech", code: "none" }];
  const voices = await voicesOf(window.speechSynthesis);
  const vietnamese = voices.find(({ lang }) => lang.toLowerCase().startsWith("vi"));
  if (!voices.length) return [{ name: "speech", code: "none" }];
  const saying = new SpeechSynthesisUtterance(words);
  if (vietnamese) saying.voice = vietnamese;
  window.speechSynthesis.speak(saying);
  return [{ name: "speech", code: vietnamese ? "vietnamese" : "other_voice" }];
}

/** Some browsers know their voices only after a while. */
async function voicesOf(speech) {
  if (speech.getVoices().length) return speech.getVoices();
  await new Promise((resolve) => {
    speech.addEventListener?.("voiceschanged", resolve, { once: true });
    setTimeout(resolve, VOICES_WITHIN_MS);
  });
  return speech.getVoices();
}

export async function checkVibration() {
  // A computer's browser has the call too, and nothing that could shake.
  const canFeel = Boolean(navigator.vibrate) && matchMedia("(pointer: coarse)").matches;
  if (canFeel) navigator.vibrate([100, 50, 100]);
  return [{ name: "vibration", code: canFeel ? "ok" : "none" }];
}
