// The form of a guess, what it shows once it was answered, and the line where the text answers it.

import { compare, nearTypical, written } from "./compare.js";
import { foldAgain } from "./folds.js";
import { numberIn } from "./read.js";
import { keepOnly, listen, said, say, WORDS } from "./said.js";

const BRIEFLY = 500; // milliseconds in which a second press of the button is the first one's echo
const places = new Set();
const forms = new Map();

function create(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

// A sentence with its values filled in; a value is text or nodes.
function fill(sentence, values) {
  const filled = new DocumentFragment();
  for (const part of sentence.split(/(\{\w+\})/)) {
    const value = part.startsWith("{") ? values[part.slice(1, -1)] : part;
    filled.append(...[value].flat());
  }
  return filled;
}

// A copy without ids, which stand on a page once.
function copyOf(node) {
  const copy = node.cloneNode(true);
  copy.removeAttribute?.("id");
  for (const each of copy.querySelectorAll?.("[id]") ?? []) each.removeAttribute("id");
  return copy;
}

const copies = (nodes) => [...nodes].map(copyOf);

class GuessForm {
  constructor(form, answer) {
    this.form = form;
    this.answer = answer;
    this.name = form.id;
    this.facts = JSON.parse(form.dataset.facts);
    this.isChoice = "right" in this.facts;
    this.options = [...form.querySelectorAll("li > label > span")];
    this.radios = [...form.querySelectorAll("input[type=radio]")];
    this.field = form.querySelector("input[type=text]");
    this.slider = form.querySelector("input[type=range]");
    this.button = form.querySelector("button");
    this.result = form.querySelector(".cr-guess-result");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.press();
    });
    this.slider?.addEventListener("input", () => this.setField());
    this.field?.addEventListener("input", () => this.setSlider());
    if (this.slider) this.describeSlider();
    this.update();
  }

  get said() {
    const value = said(this.name);
    return this.isAnswer(value) ? value : undefined;
  }

  // Another may stand there: what is stored is not only ours to write.
  isAnswer(value) {
    const { low, high } = this.facts;
    return this.isChoice ? value in this.radios : value >= low && value <= high;
  }

  // --- The slider and the field say the same ---

  fromSlider() {
    const { low, high, log } = this.facts;
    const at = this.slider.valueAsNumber;
    return log ? Number((low * (high / low) ** at).toPrecision(2)) : at;
  }

  setField() {
    const { low, high } = this.facts;
    this.field.value = Math.min(Math.max(this.fromSlider(), low), high);
    this.describeSlider();
  }

  setSlider() {
    const { low, high, log } = this.facts;
    const number = numberIn(this.field.value);
    if (!(number >= low && number <= high)) return;
    this.slider.value = log ? Math.log(number / low) / Math.log(high / low) : number;
    this.describeSlider();
  }

  describeSlider() {
    this.slider.setAttribute("aria-valuetext", written(this.fromSlider(), WORDS.locale));
  }

  // --- Guessing ---

  press() {
    if (performance.now() - this.pressed < BRIEFLY) return;
    if (this.said !== undefined) {
      this.pressed = performance.now();
      foldAgain(this.name);
      say(this.name, undefined);
      return;
    }
    const guess = this.isChoice ? this.chosen() : numberIn(this.field.value);
    const { low, high } = this.facts;
    if (this.isChoice && guess < 0) this.complain(WORDS.choose, {});
    else if (!this.isChoice && !(guess >= low && guess <= high)) {
      this.complain(WORDS.outside, {
        low: written(low, WORDS.locale),
        high: written(high, WORDS.locale),
      });
    } else {
      this.pressed = performance.now();
      say(this.name, guess);
    }
  }

  chosen() {
    return this.radios.findIndex(({ checked }) => checked);
  }

  complain(sentence, values) {
    this.result.replaceChildren(create("p", "", fill(sentence, values)));
    (this.field ?? this.radios[0]).focus();
  }

  // --- What is shown ---

  update() {
    const focused = document.activeElement;
    const isDone = this.said !== undefined;
    this.form.classList.toggle("cr-done", isDone);
    this.form.querySelector(".cr-read-on").hidden = said(this.name) !== undefined;
    this.button.textContent = isDone ? WORDS.again : WORDS.show;
    if (this.isChoice) this.updateOptions();
    else this.updateNumber();
    this.result.replaceChildren(...(isDone ? this.verdict() : []));
    if (focused?.disabled) this.button.focus(); // a slider, say, when Enter was pressed on it
  }

  updateOptions() {
    const { right } = this.facts;
    this.radios.forEach((radio, number) => {
      if (this.said !== undefined) radio.checked = number === this.said;
      else if (radio.disabled || this.wasDone) radio.checked = false;
      radio.disabled = this.said !== undefined && number !== this.said;
      const item = radio.closest("li");
      item.querySelector(".cr-option-mark")?.remove();
      const mark = this.said === undefined ? "" : markOf(number, this.said, right);
      if (mark) radio.parentElement.append(" ", create("b", "cr-option-mark", WORDS[mark]));
    });
    this.wasDone = this.said !== undefined;
  }

  updateNumber() {
    const isDone = this.said !== undefined;
    if (isDone) this.field.value = this.said;
    else if (this.wasDone) this.field.value = "";
    if (isDone) this.setSlider();
    this.field.readOnly = isDone;
    this.slider.disabled = isDone;
    this.wasDone = isDone;
  }

  verdict() {
    return this.isChoice ? this.verdictOnChoice() : this.verdictOnNumber();
  }

  optionInWords(number) {
    return [create("b", "", ...copies(this.options[number].childNodes))];
  }

  verdictOnChoice() {
    const { right } = this.facts;
    const said = this.said;
    const why = this.answer.querySelectorAll(":scope > ol > li");
    const because = (number) => create("div", "", ...sentencesOf(why[number], number === right));
    const line = (name, number) =>
      create("p", "", fill(WORDS[name], { option: this.optionInWords(number) }));
    const ofRight = [line(said === right ? "right" : "it_is", right), because(right)];
    return said === right ? ofRight : [line("wrong", said), because(said), ...ofRight];
  }

  verdictOnNumber() {
    const [name, values] = compare(this.said, this.facts, WORDS.locale);
    const list = this.answer.querySelector(":scope > ul");
    const near = nearTypical(this.said, this.facts);
    const typical = near < 0 ? [] : [create("p", "", ...copies(list.children[near].childNodes))];
    const text = [...this.answer.children].filter((each) => !each.matches("summary, ul"));
    return [
      create("p", "", create("b", "", fill(WORDS[name], values))),
      ...typical,
      ...copies(text),
    ];
  }

  // The line at the place where the text answers the guess.
  inShort() {
    if (this.said === undefined) return [];
    if (!this.isChoice) {
      const [name, values] = compare(this.said, this.facts, WORDS.locale);
      return [fill(WORDS[`here_${name}`], values)];
    }
    const sentence = this.said === this.facts.right ? WORDS.here_right : WORDS.here_wrong;
    return [fill(sentence, { option: this.optionInWords(this.said) })];
  }
}

function markOf(number, said, right) {
  if (number === right) return number === said ? "mark_both" : "mark_right";
  return number === said ? "mark_said" : "";
}

// What an answer says. The right one begins with "Right." in bold: a sign says so here.
function sentencesOf(item, isRight) {
  const copy = copyOf(item);
  if (isRight) copy.querySelector("strong").remove();
  return copy.childNodes;
}

// Stands after a form and its answers: now both are there.
export class Ready extends HTMLElement {
  connectedCallback() {
    const name = this.getAttribute("guess");
    if (forms.has(name)) return;
    forms.set(name, new GuessForm(document.getElementById(name), this.previousElementSibling));
  }
}

export class Guessed extends HTMLElement {
  connectedCallback() {
    places.add(this);
    this.update();
  }

  update() {
    const line = forms.get(this.getAttribute("guess"))?.inShort() ?? [];
    this.replaceChildren(...line.map((text) => create("p", "", text)));
  }
}

function update(name) {
  for (const [key, form] of forms) if (name === undefined || key === name) form.update();
  for (const place of places) place.update();
}

listen(update);
document.addEventListener("DOMContentLoaded", () => keepOnly([...forms.keys()]));
