// A reader who follows a link to a part of the page arrives there, and stays.
//
// Parts far from the window have no true height yet (content-visibility). The one before the target gets
// its own when the target is in view, and pushes it away by screens: then it is scrolled to again, until
// the reader does something.

const SETTLED = 1000; // milliseconds without such a change
let target = null;
let timer = 0;

const elementAt = (hash) => document.getElementById(decodeURIComponent(hash.slice(1)));

function holdOn() {
  clearTimeout(timer);
  timer = setTimeout(letGo, SETTLED);
}

function letGo() {
  target = null;
}

function goTo(hash) {
  target = hash ? elementAt(hash) : null;
  holdOn();
}

function arriveAgain() {
  if (!target) return;
  holdOn();
  requestAnimationFrame(() => target?.scrollIntoView());
}

document.addEventListener("contentvisibilityautostatechange", arriveAgain, { capture: true });
for (const act of ["wheel", "touchstart", "keydown", "pointerdown"]) {
  addEventListener(act, letGo, { capture: true, passive: true });
}
addEventListener("hashchange", () => goTo(location.hash));
// A link to where the address leads already changes nothing but the place.
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href*='#']");
  if (link?.href === location.href && !event.defaultPrevented) goTo(link.hash);
});

// A page that is come back to stands where it was left.
const [visit] = performance.getEntriesByType("navigation");
if (visit?.type === "navigate") {
  goTo(location.hash);
  addEventListener("load", holdOn);
}
