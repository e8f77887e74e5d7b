/**
 * What the officer did and the server has not confirmed. Kept on the device until then, past a dead
 * socket, a reload and a crash, and sent again under the same id, so that nothing is lost or twice.
 */

const STORED = "checkpoint.unsent";
const AGAIN_AFTER_MS = 3000;

/** Events: `change` (detail: how many), `done` (detail: the answer), `refused` (detail: {code, act}). */
export class UnsentActs extends EventTarget {
  /** @param {(message: object) => boolean} send */
  constructor(laneKey, send) {
    super();
    this.stored = `${STORED}.${laneKey}`;
    this.send = send;
    this.acts = this.recall();
  }

  get count() {
    return this.acts.length;
  }

  add(message) {
    this.acts.push(message);
    this.keep();
    this.send(message);
  }

  /** The server is there, for the first time or again. */
  sendAll() {
    for (const message of this.acts) this.send(message);
  }

  /** An answer to an act, `passage_done` or `error`. */
  answered(answer) {
    const act = this.acts.find((one) => one.passage_id === answer.passage_id && isAnsweredBy(one, answer));
    if (!act) return;
    if (answer.code === "check_failed") {
      setTimeout(() => this.acts.includes(act) && this.send(act), AGAIN_AFTER_MS);
      return;
    }
    this.acts = this.acts.filter((one) => one !== act);
    this.keep();
    if (answer.type === "error") this.tell("refused", { code: answer.code, act });
    else this.tell("done", answer);
  }

  keep() {
    try {
      if (this.acts.length) localStorage.setItem(this.stored, JSON.stringify(this.acts));
      else localStorage.removeItem(this.stored);
    } catch {
      // a browser that keeps nothing: they live as long as the page
    }
    this.tell("change", this.acts.length);
  }

  recall() {
    try {
      const acts = JSON.parse(localStorage.getItem(this.stored));
      return Array.isArray(acts) ? acts : [];
    } catch {
      return [];
    }
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** An act and its undoing have the same id; the server answers in the order in which they were sent. */
function isAnsweredBy(act, answer) {
  if (answer.type === "error") return true;
  return answer.undone === (act.type === "undo");
}
