// In place of the server: a day of a dashboard, a board for each half minute of it, as fast as the page takes them.
const CHECKPOINTS = 1000, CHANGED = 100, SCANS = 20, STEP_MS = 30_000;
window.day = { boards: 0, wanted: 0 };

window.WebSocket = class extends EventTarget {
  static OPEN = 1;
  constructor() {
    super();
    this.readyState = 1;
    this.at = Date.now();
    this.version = 0;
    this.row = 0;
    setTimeout(() => this.onopen?.(), 0);
  }
  send(text) {
    const { type, sent_at } = JSON.parse(text);
    if (type === "ping") this.hear({ type: "pong", sent_at, server_time: this.at });
    else setTimeout(() => this.next(), 0); // catch_up, and got
  }
  close() {}
  hear(...messages) { this.onmessage?.({ data: JSON.stringify(messages) }); }
  next() {
    if (window.day.boards >= window.day.wanted) { setTimeout(() => this.next(), 50); return; }
    window.day.boards += 1;
    this.at += STEP_MS;
    const first = this.version === 0;
    this.version += 1;
    const rows = Array.from({ length: first ? CHECKPOINTS : CHANGED }, (_, index) => this.board(first ? index : (this.version * 37 + index * 7) % CHECKPOINTS));
    this.hear({ type: "alerts", alerts: this.alerts() },
      { type: "feed", rows: Array.from({ length: SCANS }, () => this.scan()), fresh: false, left_out: 3 },
      { type: "board", version: this.version, at: this.at, rows, fresh: first });
  }
  board(index) {
    const n = (this.version + index) % 30;
    return [window.day.ids[index], n, 12.5, n, n % 7, n % 5, n % 4, n % 3, 20 + n, 60 + n, [[index, n % 9 ? "online" : "silent", this.at, []]], n % 9 ? [] : ["lane_silent"], n % 9 ? 0 : 2];
  }
  scan() {
    this.row += 1;
    return { id: this.row, scan_id: crypto.randomUUID(), checkpoint_id: 1, checkpoint: "Chốt", lane_id: 1, lane: "Làn 1", direction: "in", outcome: "hold", reason: "pending", number: "••••2345", captured_at: this.at, recorded_at: this.at, elapsed_ms: 30 };
  }
  alerts() {
    return Array.from({ length: 5 }, (_, index) => ({ id: this.version + index, kind: "lane_silent", severity: "high", level: "", checkpoint_id: 1, checkpoint: "Chốt", lane: "Làn 1", scan_id: null, owner: "", times: 1, raised_at: this.at, last_at: this.at, acknowledged: index % 2 === 0 }));
  }
};
