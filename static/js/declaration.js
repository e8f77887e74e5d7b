/**
 * The declaration form. It works without this script; with it the fault summary is read out first,
 * and an impatient second tap does not make a second permit.
 */

const form = document.getElementById("declaration");
const sending = document.getElementById("sending");
let isSent = false;

document.getElementById("summary")?.focus();

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
