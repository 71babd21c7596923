// The button that changes between light, dark and what the reader's system says.

const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function show(mode) {
  root.dataset.mode = mode;
  root.dataset.theme = mode === "auto" ? (system.matches ? "dark" : "light") : mode;
}

function keep(mode) {
  localStorage.setItem("mode", mode);
  // What the page's first line reads; a page that follows the system asks the system.
  if (mode === "auto") localStorage.removeItem("theme");
  else localStorage.setItem("theme", mode);
}

function next(mode) {
  // The first press is always one that shows.
  const order = system.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
  return order[(order.indexOf(mode) + 1) % order.length];
}

function nameButton(button, label) {
  button.setAttribute("aria-label", `${label}: ${root.dataset.mode}`);
  button.title = button.getAttribute("aria-label");
}

for (const button of document.querySelectorAll(".theme-switch-button")) {
  const label = button.getAttribute("aria-label");
  nameButton(button, label);
  button.addEventListener("click", () => {
    const mode = next(root.dataset.mode);
    show(mode);
    keep(mode);
    nameButton(button, label);
  });
}
system.addEventListener("change", () => show(root.dataset.mode));
