// A text as the words it is found by. The same for what is written and for what is typed.

const MARKS = /[\u0300-\u036f]/g; // x̂ is found as x, é as e; Hangul has none of these
const WORD = /[\p{L}\p{N}_]+(?:[-'’][\p{L}\p{N}_]+)*/gu;
const HANGUL = /^\p{Script=Hangul}+$/u;

// "SoftmaxWithLoss" has parts, and so have check_layer and log-sum-exp.
function parts(word) {
  return word
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

// Gradients are found by gradient and the other way round; loss and bias stay what they are.
function singular(word) {
  return /[^siu]s$/.test(word) && word.length > 3 ? word.slice(0, -1) : word;
}

// Korean puts its particles behind a word without a space (가중치를): pairs of syllables find it.
function pairs(word) {
  const letters = [...word];
  return letters.length < 2 ? letters : letters.slice(1).map((each, i) => letters[i] + each);
}

export function words(text) {
  const plain = text.normalize("NFD").replace(MARKS, "").normalize("NFC");
  const found = [];
  for (const [word] of plain.matchAll(WORD)) {
    const pieces = parts(word);
    if (pieces.length > 1) found.push(pieces.join("").toLowerCase());
    for (const piece of pieces) {
      const small = singular(piece.toLowerCase());
      found.push(...(HANGUL.test(small) ? pairs(small) : [small]));
    }
  }
  return found;
}
