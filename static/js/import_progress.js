/** How far an import is: asked every second. When it is done the page comes anew. */

const place = document.getElementById("progress");
const bar = document.getElementById("bar");
const EVERY_MS = 1000;
const shown = document.getElementById("state").className;

/** Ask once, and again later as long as the import is at work. */
async function look() {
  try {
    const answer = await fetch(place.dataset.address, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const progress = await answer.json();
    if (!progress.at_work || !shown.endsWith(`state-${progress.state}`)) {
      location.reload();
      return;
    }
    bar.max = progress.of;
    bar.value = progress.done;
    bar.textContent = `${progress.percent} %`;
  } catch {
    // Without a network, or logged out: the link below the bar says more.
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
