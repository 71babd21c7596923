// Code: a button that copies it, and a place in the order of the Tab key where it has to be scrolled.

const COPIED = 2000; // milliseconds for which the button says so

function copyButton(block) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copybtn";
  button.title = "Copy";
  button.setAttribute("aria-label", "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.querySelector("pre").textContent.trimEnd());
    button.classList.add("copied");
    button.setAttribute("aria-label", "Copied");
    setTimeout(() => {
      button.classList.remove("copied");
      button.setAttribute("aria-label", "Copy");
    }, COPIED);
  });
  return button;
}

// Without https there is no clipboard, so there is no button.
if (navigator.clipboard) {
  for (const block of document.querySelectorAll("div.highlight")) block.append(copyButton(block));
}

const scrollable = "pre, .cell_output > .output, .pst-scrollable-table-container";

function setTabStops() {
  for (const box of document.querySelectorAll(scrollable)) {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

addEventListener("load", setTabStops);
addEventListener("resize", setTabStops);
// Code that was folded has a width only when it is shown.
document.addEventListener("toggle", setTabStops, true);
