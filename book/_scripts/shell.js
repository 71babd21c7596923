// What stands around a chapter: the script of every page.

import "./shell/colours.js";
import "./shell/menus.js";
import "./shell/sidebars.js";
import "./shell/contents.js";
import "./shell/code.js";
import "./shell/search.js";
import "./shell/notes.js";
import "./shell/unclear.js";
import "./shell/twin.js";
import "./shell/arrive.js";
