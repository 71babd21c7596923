// The sidebars. On a phone each opens as a dialog over the page; on a wide screen the left one can be
// folded away.

// As the stylesheet measures the page: in letters, so that larger ones make it a narrow page.
const letter = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
const isWide = () => document.body.clientWidth >= 62 * letter();

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
    if (name === "primary" && isWide()) {
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
  let wasWide = isWide();
  new ResizeObserver(() => {
    if (isWide() === wasWide) return;
    wasWide = !wasWide;
    if (dialog.open) dialog.close();
  }).observe(document.body);
}

setUpSidebar("primary", document.querySelector(".primary-toggle"));
setUpSidebar("secondary", document.querySelector(".secondary-toggle"));
