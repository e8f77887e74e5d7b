/** One application: a common reason, once chosen, is written into the text, where it can be changed. */

for (const choice of document.querySelectorAll("select[data-fills]")) {
  choice.closest("[hidden]").hidden = false; // without a script it would do nothing
  choice.addEventListener("change", () => {
    const text = document.getElementById(choice.dataset.fills);
    if (choice.value) text.value = choice.value;
    text.focus();
  });
}
document.querySelector("details[open] [aria-invalid=true]")?.focus();
