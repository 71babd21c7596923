// A button beside each block of code, which copies it.

import { TEXTS } from "../texts.js";

const CONFIRMATION = 2000; // milliseconds for which the button reads "Copied"

function copyButton(block) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copybtn";
  button.title = TEXTS.copy;
  button.setAttribute("aria-label", TEXTS.copy);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.querySelector("pre").textContent.trimEnd());
    button.classList.add("copied");
    button.setAttribute("aria-label", TEXTS.copied);
    setTimeout(() => {
      button.classList.remove("copied");
      button.setAttribute("aria-label", TEXTS.copy);
    }, CONFIRMATION);
  });
  return button;
}

// Without https there is no clipboard, so there is no button.
if (navigator.clipboard) {
  for (const block of document.querySelectorAll("div.highlight")) block.append(copyButton(block));
}
