/** A code that is shown: how long it still holds, and whether the device has come. */

const place = document.getElementById("enrolment");
const remaining = document.getElementById("remaining");
const noAnswer = document.getElementById("no-answer");
const LOOK_EVERY_MS = 2000;
const SHOW_EVERY_MS = 250;
const SLEPT_MS = 3000; // a device that slept counts anew; less would make the seconds jump

let endsAt = performance.now() + Number(place.dataset.seconds) * 1000;

/** Minutes and seconds. A clock that was set meanwhile does not matter. */
function show() {
  const seconds = Math.max(0, Math.round((endsAt - performance.now()) / 1000));
  remaining.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Ask once, and again later as long as nothing has changed. Then the page comes anew and says so. */
async function look() {
  try {
    const answer = await fetch(place.dataset.address, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const { state, seconds } = await answer.json();
    noAnswer.hidden = true;
    if (state !== "waiting") {
      location.reload();
      return;
    }
    const other = performance.now() + seconds * 1000;
    if (Math.abs(other - endsAt) > SLEPT_MS) endsAt = other;
  } catch {
    noAnswer.hidden = false;
  }
  setTimeout(look, LOOK_EVERY_MS);
}

show();
setInterval(show, SHOW_EVERY_MS);
setTimeout(look, LOOK_EVERY_MS);
