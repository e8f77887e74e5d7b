// Before the page's own scripts: when the board was first painted, when with its numbers, and how late each scan was shown.
window.bench = { painted: 0, numbers: 0, shown: [] };
const recorded = new Map();
const Native = WebSocket;
window.WebSocket = class extends Native {
  constructor(...parameters) {
    super(...parameters);
    this.addEventListener("message", ({ data }) => {
      for (const message of [JSON.parse(data)].flat()) {
        if (message.type === "feed" && !message.fresh) for (const row of message.rows) recorded.set(row.scan_id, row.recorded_at);
      }
    });
  }
};

function painted(then) {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = then;
    channel.port2.postMessage(null);
  });
}

addEventListener("DOMContentLoaded", () => {
  const board = document.getElementById("board");
  const sinceResponse = () => performance.now() - performance.getEntriesByType("navigation")[0].responseEnd;
  new MutationObserver((_changes, observer) => {
    observer.disconnect();
    painted(() => { window.bench.painted = sinceResponse(); });
  }).observe(board, { childList: true });
  new MutationObserver((_changes, observer) => {
    if (!board.querySelector(".lanes")) return;
    observer.disconnect();
    painted(() => { window.bench.numbers = sinceResponse(); });
  }).observe(board, { childList: true, subtree: true });
  new MutationObserver((changes) => {
    const ids = changes.flatMap(({ addedNodes }) => [...addedNodes]).map((row) => row.dataset?.scanId);
    painted(() => {
      const now = Date.now();
      for (const id of ids) if (recorded.has(id)) window.bench.shown.push(now - recorded.get(id));
      recorded.clear();
    });
  }).observe(document.getElementById("feed"), { childList: true });
});
