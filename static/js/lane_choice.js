/** The form before a shift: checkpoint, lane, direction. The device remembers them. */

const STORED = "checkpoint.lane";

export class LaneChoice {
  /**
   * @param {HTMLFormElement} form
   * @param {{id: number, name: string, lanes: {id: number, name: string}[]}[]} checkpoints
   */
  constructor(form, checkpoints) {
    this.checkpoints = checkpoints;
    this.checkpoint = form.elements.namedItem("checkpoint");
    this.lane = form.elements.namedItem("lane");
    this.direction = form.elements.namedItem("direction");
    this.checkpoint.replaceChildren(...checkpoints.map(option));
    this.checkpoint.addEventListener("change", () => this.showLanes());
    this.recall();
  }

  /** What is chosen, with the names to show. */
  get chosen() {
    return { laneId: Number(this.lane.value), direction: this.direction.value };
  }

  /** Whether there is anything to choose. */
  get isPossible() {
    return this.checkpoints.length > 0;
  }

  get isComplete() {
    return this.lane.value !== "";
  }

  showLanes() {
    const chosen = this.checkpoints.find(({ id }) => String(id) === this.checkpoint.value);
    this.lane.replaceChildren(...(chosen?.lanes ?? []).map(option));
  }

  remember() {
    const { checkpoint, lane, direction } = this;
    try {
      localStorage.setItem(STORED, JSON.stringify([checkpoint.value, lane.value, direction.value]));
    } catch {
      return; // a browser that keeps nothing: the officer chooses again next time
    }
  }

  recall() {
    let stored = null;
    try {
      stored = JSON.parse(localStorage.getItem(STORED));
    } catch {
      stored = null;
    }
    const [checkpoint, lane, direction] = Array.isArray(stored) ? stored : [];
    choose(this.checkpoint, checkpoint);
    this.showLanes();
    choose(this.lane, lane);
    choose(this.direction, direction);
  }
}

function option({ id, name }) {
  return new Option(name, String(id));
}

function choose(select, value) {
  if ([...select.options].some((entry) => entry.value === value)) select.value = value;
}
