// The search dialog: a button or Ctrl+K (⌘K) opens it. The index and the panel of results are fetched
// only then.

const dialog = document.getElementById("pst-search-dialog");
const pageForm = document.querySelector(".bd-search-container form.bd-search"); // of the search page
const isMac = /^(Mac|iPhone|iPad)/.test(navigator.platform);
const loadPanel = () => import("../search/panel.js");

function openSearch() {
  if (pageForm) {
    pageForm.querySelector("input").focus();
    return;
  }
  if (dialog.open) return;
  dialog.showModal();
  loadPanel().then(({ attach }) => attach(dialog.querySelector("form"), dialog));
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
  loadPanel().then(({ attach }) => attach(pageForm, document.getElementById("search-results")));
}
