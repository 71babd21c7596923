// The search dialog: a button or Ctrl+K (⌘K) opens it. What finds things is fetched only then.

const dialog = document.getElementById("pst-search-dialog");
const onPage = document.querySelector(".bd-search-container form.bd-search");
const isMac = /^(Mac|iPhone|iPad)/.test(navigator.platform);
const start = () => import("../search/panel.js");

function open() {
  if (onPage) {
    onPage.querySelector("input").focus();
    return;
  }
  if (dialog.open) return;
  dialog.showModal();
  start().then(({ attach }) => attach(dialog.querySelector("form"), dialog));
}

for (const button of document.querySelectorAll(".search-button__button")) {
  button.addEventListener("click", open);
}
addEventListener("keydown", (event) => {
  const command = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (command && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
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

if (onPage) {
  const field = onPage.querySelector("input");
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  field.focus();
  start().then(({ attach }) => attach(onPage, document.getElementById("search-results")));
}
