// The sidebars. On a phone each opens as a dialog over the page; on a wide screen the left one can be
// folded away.

const isWide = matchMedia("(min-width: 992px)");

// Move everything inside one element into another, with the classes that the theme's rules go by.
function moveContent(from, to) {
  to.append(...from.childNodes);
  to.classList.add(...from.classList);
  from.className = "";
}

function setUpSidebar(name, button) {
  const sidebar = document.getElementById(`pst-${name}-sidebar`);
  const dialog = document.getElementById(`pst-${name}-sidebar-modal`);
  if (!button || !sidebar || !dialog) return;

  button.addEventListener("click", () => {
    if (name === "primary" && isWide.matches) {
      sidebar.classList.toggle("pst-sidebar-hidden");
    } else if (!dialog.open) {
      moveContent(sidebar, dialog);
      dialog.showModal();
    }
  });
  dialog.addEventListener("close", () => {
    moveContent(dialog, sidebar);
    button.focus({ preventScroll: true }); // the page may have scrolled to where a link leads
  });
  dialog.addEventListener("click", (event) => {
    // The dark ground around the dialog belongs to it; a link to a place on this page leaves it.
    const box = dialog.getBoundingClientRect();
    const isOutside = event.clientX > box.right || event.clientX < box.left;
    const isPlaceOnPage = event.target.closest("a[href^='#']") !== null;
    if ((event.target === dialog && isOutside) || isPlaceOnPage) dialog.close();
  });
  // A phone that is turned: the dialog would stay over a page that shows the sidebar anyway.
  isWide.addEventListener("change", () => dialog.open && dialog.close());
}

setUpSidebar("primary", document.querySelector(".primary-toggle"));
setUpSidebar("secondary", document.querySelector(".secondary-toggle"));
