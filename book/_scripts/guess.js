// Guesses: a form for each, and the text up to its answer, folded until the reader has guessed.
//
// book/_ext/guesses.py writes the elements. This script runs before the page is drawn, and the browser
// reports each element to it while it reads the page: so what is folded is never seen unfolded, and
// nothing moves.

import { Folded } from "./guess/folds.js";
import { Guessed, Ready } from "./guess/forms.js";

customElements.define("cr-folded", Folded);
customElements.define("cr-guess-ready", Ready);
customElements.define("cr-guessed", Guessed);
