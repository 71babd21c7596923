// The reader's marks: chapters read and exercises solved. They are stored in the reader's own browser
// and sent nowhere. Where the browser refuses to store them, they last until the page is left.
//
// Stored under KEY: {"affine": {"read": true, "solved": ["affine.twice"], "of": 4}, ...}, by the
// name of the chapter, which is the same in every language.
"use strict";

(() => {
  const KEY = "chainrule.progress";
  const GUESSES = "chainrule.guesses"; // kept by book/_scripts/guess, forgotten with the marks
  const words = JSON.parse(document.currentScript.dataset.words);
  const chapterBoxes = [...document.querySelectorAll("input[data-chapter]")];
  const exerciseBoxes = [...document.querySelectorAll("input[data-exercise]")];
  const startButtons = [...document.querySelectorAll("a.cr-start")].map((button) => {
    return { button, address: button.href, text: button.textContent };
  });
  const here = chapterOf(location.href);
  let marks = loadMarks();
  let isRefused = false;

  function chapterOf(address) {
    return new URL(address, location.href).pathname
      .split("/")
      .pop()
      .replace(/\.html$/, "");
  }

  function loadMarks() {
    try {
      const stored = Object.entries(JSON.parse(localStorage.getItem(KEY)) ?? {});
      return Object.fromEntries(stored.filter(([, mark]) => isMark(mark)));
    } catch {
      return {}; // storage refused, or not ours
    }
  }

  // What is stored is not only ours to write.
  function isMark(mark) {
    return Array.isArray(mark?.solved) && typeof mark.of === "number";
  }

  function storeMarks() {
    try {
      localStorage.setItem(KEY, JSON.stringify(marks));
      isRefused = false;
    } catch {
      isRefused = true;
    }
  }

  const solvedIn = (chapter) => marks[chapter]?.solved ?? [];
  const isRead = (chapter) => marks[chapter]?.read === true;

  // Store what the checkboxes of this page say of its chapter.
  function storeCheckboxes() {
    const read = chapterBoxes[0]?.checked ?? false;
    const solved = exerciseBoxes.filter((box) => box.checked).map((box) => box.dataset.exercise);
    if (read || solved.length > 0) marks[here] = { read, solved, of: exerciseBoxes.length };
    else delete marks[here];
    storeMarks();
    update();
  }

  function deleteAll() {
    if (!confirm(words.sure)) return;
    marks = {};
    storeMarks();
    forgetGuesses();
    update();
  }

  // Those of this page are also in the memory of its script, if it has one.
  function forgetGuesses() {
    try {
      localStorage.removeItem(GUESSES);
    } catch {
      // refused, so nothing is stored
    }
    document.dispatchEvent(new Event("cr-forget"));
  }

  function hasGuesses() {
    try {
      return ![null, "{}"].includes(localStorage.getItem(GUESSES));
    } catch {
      return false;
    }
  }

  function update() {
    for (const box of exerciseBoxes) box.checked = solvedIn(here).includes(box.dataset.exercise);
    for (const box of chapterBoxes) box.checked = isRead(here);
    for (const link of document.querySelectorAll(".bd-sidenav a")) markLink(link);
    const chapters = Object.keys(marks);
    const count = words.count
      .replace("{read}", chapters.filter(isRead).length)
      .replace("{solved}", chapters.flatMap(solvedIn).length);
    for (const output of document.querySelectorAll("[data-count]")) output.textContent = count;
    for (const button of startButtons) goOn(button);
    for (const note of document.querySelectorAll("[data-refused]")) note.hidden = !isRefused;
    for (const button of document.querySelectorAll("[data-forget]")) {
      button.disabled = chapters.length === 0 && !hasGuesses();
    }
  }

  // On the first page: the button leads to the chapter that comes after what the reader has marked.
  function goOn({ button, address, text }) {
    const cards = [...document.querySelectorAll(".map img ~ .cr-card-title a")];
    const isMarked = (link) => chapterOf(link.href) in marks;
    const isUnread = (link) => !isRead(chapterOf(link.href));
    const next = cards.slice(Math.max(0, cards.findLastIndex(isMarked))).find(isUnread);
    const isBegun = next !== undefined && cards.some(isMarked);
    button.href = isBegun ? next.href : address;
    button.textContent = isBegun ? words.go_on.replace("{chapter}", next.textContent) : text;
  }

  function createSpan(attributes, ...children) {
    const span = document.createElement("span");
    for (const [name, value] of Object.entries(attributes)) span.setAttribute(name, value);
    span.append(...children);
    return span;
  }

  // A link of the sidebar shows in signs, and tells a screen reader in words, how far its chapter is.
  function markLink(link) {
    link.querySelector(".cr-mark")?.remove();
    const chapter = chapterOf(link.href);
    const solved = solvedIn(chapter).length;
    const signs = [];
    const spoken = [];
    if (isRead(chapter)) {
      signs.push("✓");
      spoken.push(words.read);
    }
    if (solved > 0) {
      const { of } = marks[chapter];
      signs.push(`${solved}/${of}`);
      spoken.push(words.solved.replace("{n}", solved).replace("{of}", of));
    }
    if (signs.length === 0) return;
    const shown = createSpan({ "aria-hidden": "true" }, signs.join(" "));
    const read = createSpan({ class: "cr-unseen" }, ` (${spoken.join(", ")})`);
    link.append(createSpan({ class: "cr-mark" }, shown, read));
  }

  document.addEventListener("change", ({ target }) => {
    if (target.matches("input[data-exercise], input[data-chapter]")) storeCheckboxes();
  });
  document.addEventListener("click", ({ target }) => {
    if (target.matches("[data-forget]")) deleteAll();
  });
  document.addEventListener("cr-guessed", update);
  // Another tab of the book has changed them; `key` is null when it has cleared its storage.
  addEventListener("storage", ({ key }) => {
    if (key !== KEY && key !== GUESSES && key !== null) return;
    marks = loadMarks();
    update();
  });
  update();
})();
