/** A sound for each outcome, and one for what a supervisor says, apart in pitch and in rhythm; and a buzz on phones that have one. */

// Each note: [start s, length s, pitch Hz]
const MELODIES = {
  allow: [[0, 0.12, 880], [0.12, 0.2, 1320]],
  hold: [[0, 0.16, 587], [0.26, 0.16, 587]],
  refuse: [[0, 0.18, 220], [0.24, 0.18, 208], [0.48, 0.4, 196]],
  instruction: [[0, 0.1, 988], [0.15, 0.1, 784], [0.3, 0.1, 988], [0.45, 0.25, 784]],
};
const BUZZES = { allow: [60], hold: [120, 100, 120], refuse: [250, 100, 250, 100, 250], instruction: [80, 60, 80, 60, 80] };
const LOUDEST = 0.5;
const BETWEEN_TESTS_S = 1.2;

export class Sounds {
  constructor() {
    this.isMuted = false;
    this.volume = 0.7; // 0 to 1
  }

  /** To be called in a click: browsers let a page sound only after one. */
  unlock() {
    this.context ??= window.AudioContext ? new AudioContext() : null;
    this.context?.resume();
  }

  /** @param {"allow" | "hold" | "refuse" | "instruction"} outcome */
  play(outcome) {
    navigator.vibrate?.(BUZZES[outcome]);
    if (this.isMuted || !this.context) return;
    this.context.resume(); // a telephone call or a locked screen had it suspended
    for (const note of MELODIES[outcome]) this.playNote(outcome, note);
  }

  /** All of them one after another, so that whoever starts a shift knows them and how loud they are. */
  test() {
    if (!this.context) return;
    Object.entries(MELODIES).forEach(([outcome, notes], place) => {
      for (const [start, ...rest] of notes) this.playNote(outcome, [start + place * BETWEEN_TESTS_S, ...rest]);
    });
  }

  playNote(outcome, [start, length, pitch]) {
    const at = this.context.currentTime + start;
    const tone = new OscillatorNode(this.context, { frequency: pitch, type: outcome === "allow" ? "sine" : "square" });
    const volume = new GainNode(this.context, { gain: 0 });
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime((outcome === "allow" ? LOUDEST : LOUDEST / 2) * this.volume, at + 0.01);
    volume.gain.linearRampToValueAtTime(0, at + length);
    tone.connect(volume).connect(this.context.destination);
    tone.start(at);
    tone.stop(at + length);
  }
}
