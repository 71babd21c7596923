// "On this page": the entry of the section that is being read is marked. And the way back to the top.

const links = [...document.querySelectorAll("#pst-page-toc-nav a[href^='#']")];
const headings = links.map((link) => {
  const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  return section?.querySelector("h1, h2, h3, h4, h5, h6") ?? section;
});
const top = document.getElementById("pst-back-to-top");
let lowest = 0;

function mark(current) {
  for (const link of links) {
    link.classList.toggle("active", link === current);
    if (link === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function read() {
  // The last heading that has passed the upper third of the window; before the first, none.
  const passed = headings.filter((each) => each?.getBoundingClientRect().top < innerHeight / 3);
  const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  mark(links[atEnd ? links.length - 1 : passed.length - 1]);
  // Who scrolls up wants to go back: that is when the button is of use.
  lowest = Math.max(lowest, scrollY);
  if (top) top.style.display = scrollY > innerHeight && scrollY < lowest - 64 ? "block" : "none";
  if (scrollY < lowest - 64 && scrollY < innerHeight) lowest = scrollY;
}

let waiting = false;
addEventListener(
  "scroll",
  () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      read();
    });
  },
  { passive: true },
);
if (top) {
  top.addEventListener("click", () => {
    scrollTo({ top: 0 });
    document.getElementById("main-content")?.focus({ preventScroll: true });
  });
}
read();
