// The search: a script that is loaded when it is opened, and whose names it finds in `chainruleSearch`.

export { makeFinder } from "./search/finder.js";
export { attach } from "./search/panel.js";
export { words } from "./search/words.js";
