// The button that changes between light, dark and the colours of the reader's system ("auto").

const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function applyMode(mode) {
  root.dataset.mode = mode;
  root.dataset.theme = mode === "auto" ? (system.matches ? "dark" : "light") : mode;
}

function storeMode(mode) {
  try {
    localStorage.setItem("mode", mode);
    // The theme is what the page's first line reads; a page that follows the system asks the system.
    if (mode === "auto") localStorage.removeItem("theme");
    else localStorage.setItem("theme", mode);
  } catch {
    // Where the browser refuses to store it, it lasts until the page is left.
  }
}

function modeAfter(mode) {
  // The first press always changes the colours.
  const order = system.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
  return order[(order.indexOf(mode) + 1) % order.length];
}

function labelButton(button, label) {
  button.setAttribute("aria-label", `${label}: ${root.dataset.mode}`);
  button.title = button.getAttribute("aria-label");
}

for (const button of document.querySelectorAll(".theme-switch-button")) {
  const label = button.getAttribute("aria-label");
  labelButton(button, label);
  button.addEventListener("click", () => {
    const mode = modeAfter(root.dataset.mode);
    applyMode(mode);
    storeMode(mode);
    labelButton(button, label);
  });
}
system.addEventListener("change", () => applyMode(root.dataset.mode));
