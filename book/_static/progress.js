// The reader's marks: chapters read and exercises solved. They are kept in the reader's own browser
// and sent nowhere. Where the browser keeps nothing, they last until the page is left.
//
// Stored under KEY: {"affine": {"read": true, "solved": ["affine.twice"], "of": 4}, ...}, by the
// name of the chapter, which is the same in every language.
"use strict";

(() => {
  const KEY = "chainrule.progress";
  const words = JSON.parse(document.currentScript.dataset.words);
  const boxes = [...document.querySelectorAll("input[data-exercise]")];
  const here = chapterAt(location.href);
  let marks = load();
  let refused = false;

  function chapterAt(address) {
    return new URL(address, location.href).pathname
      .split("/")
      .pop()
      .replace(/\.html$/, "");
  }

  function load() {
    try {
      const stored = JSON.parse(localStorage.getItem(KEY));
      return stored !== null && typeof stored === "object" ? stored : {};
    } catch {
      return {}; // storage refused, or not ours
    }
  }

  function save() {
    try {
      localStorage.setItem(KEY, JSON.stringify(marks));
      refused = false;
    } catch {
      refused = true;
    }
  }

  const solvedIn = (chapter) => marks[chapter]?.solved ?? [];
  const isRead = (chapter) => marks[chapter]?.read === true;

  // What the controls of this page say becomes what is stored of this chapter.
  function remember() {
    const read = document.querySelector("input[data-chapter]")?.checked ?? false;
    const solved = boxes.filter((box) => box.checked).map((box) => box.dataset.exercise);
    if (read || solved.length > 0) marks[here] = { read, solved, of: boxes.length };
    else delete marks[here];
    save();
    show();
  }

  function forget() {
    if (!confirm(words.sure)) return;
    marks = {};
    save();
    show();
  }

  function show() {
    for (const box of boxes) box.checked = solvedIn(here).includes(box.dataset.exercise);
    for (const box of document.querySelectorAll("input[data-chapter]")) box.checked = isRead(here);
    for (const link of document.querySelectorAll(".bd-sidenav a")) mark(link);
    const chapters = Object.keys(marks);
    const count = words.count
      .replace("{read}", chapters.filter(isRead).length)
      .replace("{solved}", chapters.flatMap(solvedIn).length);
    for (const output of document.querySelectorAll("[data-count]")) output.textContent = count;
    for (const note of document.querySelectorAll("[data-refused]")) note.hidden = !refused;
    for (const button of document.querySelectorAll("[data-forget]")) {
      button.disabled = chapters.length === 0;
    }
  }

  // A link of the sidebar says in signs and, to a screen reader, in words how far its chapter is.
  function mark(link) {
    link.querySelector(".cr-mark")?.remove();
    const chapter = chapterAt(link.href);
    const solved = solvedIn(chapter).length;
    const signs = [];
    const said = [];
    if (isRead(chapter)) signs.push("✓") && said.push(words.read);
    if (solved > 0) {
      signs.push(`${solved}/${marks[chapter].of}`);
      said.push(words.solved.replace("{n}", solved).replace("{of}", marks[chapter].of));
    }
    if (signs.length === 0) return;
    const spans = [signs.join(" "), ` (${said.join(", ")})`].map((text) => {
      const span = document.createElement("span");
      span.textContent = text;
      return span;
    });
    spans[0].setAttribute("aria-hidden", "true");
    spans[1].className = "cr-unseen";
    const whole = document.createElement("span");
    whole.className = "cr-mark";
    whole.append(...spans);
    link.append(whole);
  }

  document.addEventListener("change", ({ target }) => {
    if (target.matches("input[data-exercise], input[data-chapter]")) remember();
  });
  document.addEventListener("click", ({ target }) => {
    if (target.matches("[data-forget]")) forget();
  });
  // Another tab of the book.
  addEventListener("storage", ({ key }) => {
    if (key !== KEY && key !== null) return;
    marks = load();
    show();
  });
  show();
})();
