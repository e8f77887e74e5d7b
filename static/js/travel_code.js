/**
 * The private page of a travel code: full screen, copy the link. Each button is in the page
 * as hidden, and shown only where the browser can do what it says.
 */

import { acquire, release } from "./wake_lock.js";

const byId = (id) => document.getElementById(id);
const panel = byId("code-panel");

/** Show the code alone and keep the screen lit. */
async function enterFullScreen() {
  setAlone(true);
  byId("leave-full-screen").focus();
  acquire();
  try {
    // iPhones have no full screen for a part of a page, and other apps' browsers may refuse it:
    // then the layer over the page is all there is, and it is enough.
    await panel.requestFullscreen?.({ navigationUI: "hide" });
  } catch {
    return;
  }
}

function leaveFullScreen() {
  if (document.fullscreenElement) {
    document.exitFullscreen(); // comes back here by its event
  } else if (panel.classList.contains("full-screen")) {
    release();
    setAlone(false);
    byId("full-screen").focus();
  }
}

/** Lay the panel over the page, and make what lies behind it unreachable by keyboard. */
function setAlone(isAlone) {
  panel.classList.toggle("full-screen", isAlone);
  byId("leave-full-screen").hidden = !isAlone;
  const siblings = [...panel.parentElement.children].filter((element) => element !== panel);
  for (const element of [document.querySelector(".site-header"), ...siblings]) {
    element.inert = isAlone;
  }
}

function setUpFullScreen() {
  byId("full-screen").hidden = false;
  byId("full-screen").addEventListener("click", enterFullScreen);
  byId("leave-full-screen").addEventListener("click", leaveFullScreen);
  document.addEventListener("fullscreenchange", leaveUnlessFull);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leaveFullScreen();
  });
}

function leaveUnlessFull() {
  if (!document.fullscreenElement) leaveFullScreen();
}

async function copyLink() {
  const field = byId("private-link");
  let isCopied = true;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    isCopied = false;
    field.select();
  }
  byId("copied").hidden = !isCopied;
  byId("not-copied").hidden = isCopied;
}

function setUpCopy() {
  // Absent where the page did not come over https; the link can still be selected by hand.
  // And a page that was found by its serial has no link to keep.
  if (!navigator.clipboard || !byId("copy")) return;
  byId("copy").hidden = false;
  byId("copy").addEventListener("click", copyLink);
}

if (panel) setUpFullScreen();
setUpCopy();
