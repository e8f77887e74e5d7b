/**
 * A form of the public pages. It works without this script; with it the first fault is where the
 * person goes on, and an impatient second tap does not send anything twice.
 */

const form = document.getElementById("declaration");
const sending = document.getElementById("sending");
let isSent = false;

const firstFault = document.querySelector("[aria-invalid=true]");
(firstFault ?? document.getElementById("summary"))?.focus();
if (!firstFault && location.hash) {
  document.getElementById(location.hash.slice(1))?.focus(); // a person was added, say
}

form.addEventListener("submit", (event) => {
  if (isSent) event.preventDefault();
  isSent = true;
  sending.hidden = false;
});

// A browser that comes back with its Back button may show the page as it was left.
window.addEventListener("pageshow", () => {
  isSent = false;
  sending.hidden = true;
});
