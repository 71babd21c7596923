// The menus at the top of a chapter: a button opens one; Escape, a click elsewhere or a focus that
// leaves it closes it; and the arrow keys walk through it.

function setUpMenu(menu) {
  const button = menu.querySelector("[data-bs-toggle=dropdown]");
  const list = menu.querySelector(".dropdown-menu");
  const entries = [...list.querySelectorAll("a, button")];

  const isOpen = () => list.classList.contains("show");

  function setOpen(open) {
    list.classList.toggle("show", open);
    button.setAttribute("aria-expanded", open);
  }

  // From the button: down to the first entry, up to the last one. The entries form a ring.
  function moveFocus(step) {
    const from = entries.indexOf(document.activeElement);
    const to = from < 0 && step < 0 ? entries.length - 1 : from + step;
    entries[(to + entries.length) % entries.length].focus();
  }

  button.addEventListener("click", () => setOpen(!isOpen()));
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) setOpen(false);
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) setOpen(false);
  });
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      setOpen(false);
      button.focus();
    } else if (step) {
      event.preventDefault();
      setOpen(true);
      moveFocus(step);
    }
  });
}

for (const button of document.querySelectorAll("[data-bs-toggle=dropdown]")) {
  setUpMenu(button.closest(".dropdown"));
}
