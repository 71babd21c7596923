// The search dialog: a button or Ctrl+K (⌘K) opens it. The index and the panel of results are loaded
// only then.

import { loadScript } from "../load.js";

const dialog = document.getElementById("pst-search-dialog");
const pageForm = document.querySelector(".bd-search-container form.bd-search"); // of the search page
const isMac = /^(Mac|iPhone|iPad)/.test(navigator.platform);
let panel; // the promise of the search's script

function attachPanel(form, box) {
  panel ??= loadScript("_static/search.js");
  panel.then(() => chainruleSearch.attach(form, box));
}

function openSearch() {
  if (pageForm) {
    pageForm.querySelector("input").focus();
    return;
  }
  if (dialog.open) return;
  dialog.showModal();
  attachPanel(dialog.querySelector("form"), dialog);
}

function toggleSearch() {
  if (dialog.open) dialog.close();
  else openSearch();
}

for (const button of document.querySelectorAll(".search-button__button")) {
  button.addEventListener("click", openSearch);
}
addEventListener("keydown", (event) => {
  const isCommand = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (isCommand && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    toggleSearch();
  }
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close(); // the dark ground around it belongs to it
});
if (isMac) {
  for (const key of document.querySelectorAll(".kbd-shortcut__modifier:first-child")) {
    key.textContent = "⌘";
  }
}

if (pageForm) {
  const field = pageForm.querySelector("input");
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  field.focus();
  attachPanel(pageForm, document.getElementById("search-results"));
}
