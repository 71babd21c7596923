// The sidebars. On a phone each opens as a dialog over the page; on a wide screen the left one can be
// folded away.

const wide = matchMedia("(min-width: 992px)");

// The theme's rules go by class, so the classes move with what is inside.
function move(from, to) {
  to.append(...from.childNodes);
  to.classList.add(...from.classList);
  from.className = "";
}

function setUp(name, button) {
  const sidebar = document.getElementById(`pst-${name}-sidebar`);
  const dialog = document.getElementById(`pst-${name}-sidebar-modal`);
  if (!button || !sidebar || !dialog) return;

  button.addEventListener("click", () => {
    if (name === "primary" && wide.matches) {
      sidebar.classList.toggle("pst-sidebar-hidden");
    } else if (!dialog.open) {
      move(sidebar, dialog);
      dialog.showModal();
    }
  });
  dialog.addEventListener("close", () => {
    move(dialog, sidebar);
    button.focus({ preventScroll: true }); // a link may have led elsewhere
  });
  dialog.addEventListener("click", (event) => {
    // The dark ground around the dialog belongs to it; a link to a place on this page leaves it.
    const box = dialog.getBoundingClientRect();
    const outside = event.clientX > box.right || event.clientX < box.left;
    if ((event.target === dialog && outside) || event.target.closest("a[href^='#']")) {
      dialog.close();
    }
  });
  // A phone that is turned: the dialog would stay over a page that shows the sidebar anyway.
  wide.addEventListener("change", () => dialog.open && dialog.close());
}

setUp("primary", document.querySelector(".primary-toggle"));
setUp("secondary", document.querySelector(".secondary-toggle"));
