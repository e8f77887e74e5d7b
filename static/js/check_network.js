/** Round trips to the server, the device's clock against the server's, and a live connection. */

const QUESTIONS = 8;
const ANSWER_WITHIN_MS = 3000;
const GIVE_UP_AFTER = 3; // questions without an answer in a row
const SLOW_MS = 200;
const MOST_LOST = 1;
const CLOCK_OFF_SECONDS = 5;
const CLOCK_FAR_SECONDS = 60;

/** @param {string} address answers {"now": milliseconds} */
export async function checkNetwork(address) {
  const answers = [];
  let lost = 0;
  while (answers.length + lost < QUESTIONS && !(answers.length === 0 && lost === GIVE_UP_AFTER)) {
    const answer = await ask(address);
    if (answer) answers.push(answer);
    else lost += 1;
  }
  if (!answers.length) {
    return [{ name: "network", code: "no_answer", values: { lost } }, { name: "clock", code: "no_answer" }];
  }
  answers.sort((a, b) => a.roundTrip - b.roundTrip);
  const roundTrip = Math.round(answers[Math.floor(answers.length / 2)].roundTrip);
  const code = lost > MOST_LOST ? "lossy" : roundTrip > SLOW_MS ? "slow" : "ok";
  return [{ name: "network", code, values: { round_trip: roundTrip, lost } }, clockOf(answers[0])];
}

/** The quickest answer tells the time most exactly. */
function clockOf({ now, heardAt, roundTrip }) {
  const seconds = Math.min(Math.round(Math.abs(heardAt - roundTrip / 2 - now) / 1000), 1e9);
  const code = seconds > CLOCK_FAR_SECONDS ? "far" : seconds > CLOCK_OFF_SECONDS ? "off" : "ok";
  return { name: "clock", code, values: { off: seconds } };
}

async function ask(address) {
  const startedAt = performance.now();
  try {
    const answer = await fetch(address, {
      cache: "no-store",
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const roundTrip = performance.now() - startedAt;
    if (!answer.ok || answer.redirected) return null;
    const { now } = await answer.json();
    return { now, roundTrip, heardAt: Date.now() };
  } catch {
    return null;
  }
}

/** Open a socket as a lane does, and hear one answer. */
export async function checkLive() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}/ws/test/`);
  const roundTrip = await new Promise((resolve) => {
    let startedAt = 0;
    socket.onopen = () => {
      startedAt = performance.now();
      socket.send(JSON.stringify({ type: "ping", sent_at: Math.round(startedAt) }));
    };
    socket.onmessage = () => resolve(Math.round(performance.now() - startedAt));
    socket.onclose = () => resolve(null);
    setTimeout(() => resolve(null), ANSWER_WITHIN_MS);
  });
  socket.onclose = null;
  socket.close();
  const found = roundTrip === null ? { code: "blocked" } : { code: "ok", values: { round_trip: roundTrip } };
  return [{ name: "live", ...found }];
}
