/** Plays the server in the page: every frame shows another person, every act is taken at once. */

(() => {
  window.scansShown = 0;
  const counts = { passed: 0, let_through: 0, turned_back: 0, health_desk: 0 };
  const OUTCOMES = ["allow", "allow", "allow", "hold", "refuse"];
  const subject = (n) => ({
    name: `Nguyễn Thị Mẫu ${n}`, number: "••••2345", birth_year: 1990, plate: "99A12345", origin: "phường Mẫu", destination: "xã Mẫu",
    serial: `00000-${String(n).padStart(5, "0")}`, kind: { vi: "Tự khai", en: "Self-declared" },
    valid_from: Date.now(), valid_until: Date.now() + 3600000, companions: [], of_permits: 1,
  });

  class ServerInPage extends EventTarget {
    static OPEN = 1;

    constructor() {
      super();
      this.readyState = 0;
      setTimeout(() => {
        this.readyState = 1;
        this.onopen?.();
        this.tell({ type: "shift", shift_id: 1, checkpoint: "Cầu Mẫu", lane: "Làn 1", direction: "in", server_time: Date.now(), officer: "Cán bộ Mẫu", started_at: Date.now(), counts, screen: "/screen/x/" });
      });
    }

    send(message) {
      if (typeof message !== "string") this.frame(new DataView(message.buffer).getUint32(2));
      else this.text(JSON.parse(message));
    }

    frame(seq) {
      const n = ++window.scansShown;
      const outcome = OUTCOMES[n % OUTCOMES.length];
      this.tell({
        type: "verdict", scan_id: crypto.randomUUID(), outcome, reasons: outcome === "allow" ? [] : ["expired"], hits: [], payload_kind: "token",
        subject: subject(n), captured_at: Date.now(), elapsed_ms: 5, seq, corners: [[100, 100], [200, 100], [200, 200], [100, 200]], again: false,
      });
      this.tell({ type: "frame_done", seq, symbols: 1, decode_ms: 1, hint: "", seen: null });
      // An officer acts on each tenth car.
      if (n % 10 === 0) document.querySelector("[data-act=turned_back]").click();
    }

    text({ type, sent_at: sentAt, passage_id: passageId }) {
      if (type === "ping") this.tell({ type: "pong", sent_at: sentAt, server_time: Date.now() });
      if (type === "passage") {
        counts.turned_back += 1;
        this.tell({ type: "passage_done", passage_id: passageId, undone: false, counts });
      }
    }

    tell(message) {
      setTimeout(() => this.onmessage?.({ data: JSON.stringify(message) }));
    }

    close() {
      this.readyState = 3;
    }
  }

  window.WebSocket = ServerInPage;
})();
