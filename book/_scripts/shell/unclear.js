// "Something unclear here?" below the heading under the pointer: a question to the book's authors that
// names the section. The link in the page's foot, which a keyboard reaches, has a line to name it on.

const foot = document.querySelector("a[data-unclear]");
const HEADINGS = ".bd-article :is(h2, h3)";
const link = document.createElement("a");

function addressFor(heading) {
  const { title, body } = JSON.parse(foot.dataset.unclear);
  const permalink = heading.querySelector(".headerlink");
  const section = [...heading.childNodes]
    .filter((node) => node !== permalink && node !== link)
    .map((node) => node.querySelector?.("annotation")?.textContent ?? node.textContent)
    .join("");
  const fill = (text) =>
    text.replace("{section}", () => section).replace("{anchor}", () => permalink?.hash ?? "");
  const [start] = foot.href.split("?");
  return `${start}?title=${encodeURIComponent(fill(title))}&body=${encodeURIComponent(fill(body))}`;
}

function showBeside(heading) {
  if (link.parentElement === heading) return;
  link.href = addressFor(heading);
  heading.append(link);
}

if (foot) {
  link.className = "cr-unclear d-print-none";
  link.textContent = foot.textContent;
  document.addEventListener("pointerover", ({ target }) => {
    const heading = target.closest(HEADINGS);
    if (heading) showBeside(heading);
    else link.remove();
  });
}
