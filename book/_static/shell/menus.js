// The menus at the top of a chapter: a button opens one, Escape or a click elsewhere closes it, and
// the arrow keys walk through it.

function setUp(menu) {
  const button = menu.querySelector("[data-bs-toggle=dropdown]");
  const list = menu.querySelector(".dropdown-menu");
  const entries = [...list.querySelectorAll("a, button")];

  function open(isOpen) {
    list.classList.toggle("show", isOpen);
    button.setAttribute("aria-expanded", isOpen);
  }

  button.addEventListener("click", () => open(!list.classList.contains("show")));
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) open(false);
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) open(false);
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      open(false);
      button.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      open(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = entries.indexOf(document.activeElement);
      const to = from < 0 && step < 0 ? entries.length - 1 : from + step;
      entries[(to + entries.length) % entries.length].focus();
    }
  });
}

for (const button of document.querySelectorAll("[data-bs-toggle=dropdown]")) {
  setUp(button.closest(".dropdown"));
}
