// "On this page": the entry of the section that is being read is marked. And the button that leads back
// to the top.

const links = [...document.querySelectorAll("#pst-page-toc-nav a[href^='#']")];
const headings = links.map((link) => {
  const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  return section?.querySelector("h1, h2, h3, h4, h5, h6") ?? section;
});
// The parts of a chapter. Only those near the window are laid out (content-visibility), and asking for a
// place within another one would lay it out, too; its own box has a place without that.
const parts = headings.map((each) => each?.closest(".bd-article > section > section"));
const backToTop = document.getElementById("pst-back-to-top");
const UPWARDS = 64; // pixels that a reader scrolls up before the button is shown
let lowest = 0; // how far down the reader has been since the button was last of use

function markCurrent(current) {
  for (const link of links) {
    link.classList.toggle("active", link === current);
    if (link === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function hasPassed(heading, n) {
  const line = innerHeight / 3;
  const part = parts[n]?.getBoundingClientRect();
  if (part?.bottom < line) return true;
  if (part?.top > line) return false;
  return heading?.getBoundingClientRect().top < line;
}

// The last link whose heading has passed the upper third of the window; before the first, none. At the
// end of the page it is the last one, whose section may be too short to get there.
function currentLink() {
  const passed = headings.filter(hasPassed);
  const isAtEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  return links[isAtEnd ? links.length - 1 : passed.length - 1];
}

// A reader who scrolls up may want to go to the top: the button is shown then, below the first screen.
function showBackToTop() {
  lowest = Math.max(lowest, scrollY);
  const isGoingUp = scrollY < lowest - UPWARDS;
  const isBelow = scrollY > innerHeight;
  backToTop.style.display = isGoingUp && isBelow ? "block" : "none";
  if (!isBelow) lowest = scrollY;
}

function update() {
  markCurrent(currentLink());
  if (backToTop) showBackToTop();
}

let isWaiting = false;
function updateInNextFrame() {
  if (isWaiting) return;
  isWaiting = true;
  requestAnimationFrame(() => {
    isWaiting = false;
    update();
  });
}

addEventListener("scroll", updateInNextFrame, { passive: true });
backToTop?.addEventListener("click", () => {
  scrollTo({ top: 0 });
  // The button is about to vanish: the focus goes where the next press of Tab should begin.
  const main = document.getElementById("main-content");
  main.tabIndex = -1;
  main.focus({ preventScroll: true });
});
updateInNextFrame();
