// The parts of Korean words: particles stand behind a word without a space (가중치를), and compounds are
// written with one or without (기울기 소실, 기울기소실). So pairs of syllables find it, and each is spelt in
// letters, as a syllable that is still being typed is the beginning of a longer one.

const INITIALS = [..."ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"];
const VOWELS = "ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ".split(
  " ",
);
const FINALS =
  " ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ".split(
    " ",
  );
const FIRST = 0xac00; // 가, the first of 19 · 21 · 28 syllables, in the order of their letters

export const hasHangul = (text) => /\p{Script=Hangul}/u.test(text);

// [initial, vowel, final], or null of what is no syllable.
function letters(syllable) {
  const number = syllable.charCodeAt(0) - FIRST;
  if (number < 0 || number >= INITIALS.length * VOWELS.length * FINALS.length) return null;
  const vowel = Math.floor(number / FINALS.length);
  return [
    INITIALS[Math.floor(vowel / VOWELS.length)],
    VOWELS[vowel % VOWELS.length],
    FINALS[number % FINALS.length],
  ];
}

// 픝, on the way to 프트, is spelt ㅍㅡㅌ, with which 프트 begins.
export function spelt(text) {
  return [...text].map((each) => letters(each)?.join("") ?? each).join("");
}

// ㄱㅇㄱㅅㅅ of "기울기 소실", by which a title is found too.
export function initials(text) {
  return [...text.replace(/\s/g, "")].map((each) => letters(each)?.[0] ?? each).join("");
}

// What may stand behind a word in a question: particles, and the forms of "to be" and "to do".
const TAIL =
  /(?:에서는|으로는|이라는|에서|으로|까지|부터|처럼|보다|이란|라는|이다|한다|하다|된다|란|은|는|이|가|을|를|의|에|와|과|로|도|만)$/u;

// A word as it is asked for, without its particle, as long as two syllables are left.
export function bare(word) {
  const stem = word.replace(TAIL, "");
  return stem.length >= 2 ? stem : word;
}

// A word that is still being typed: the last consonant may begin the next syllable, 소픝 become 소프트.
export function unfinished(word) {
  const last = letters(word.at(-1));
  if (!last?.[2]) return word;
  const open = word.charCodeAt(word.length - 1) - FINALS.indexOf(last[2]);
  return word.slice(0, -1) + String.fromCharCode(open) + last[2];
}

export const isParticle = (word) => word.replace(TAIL, "") === "";

// The pairs of syllables of a word. In a text (`before` is the last syllable of the word before, or ""), the
// pair across the space too, and the last syllable alone: 은닉층 is found by 층.
export function pairs(word, isAsked, before) {
  const syllables = [...word];
  const found = syllables.slice(1).map((each, i) => syllables[i] + each);
  if (syllables.length < 2) found.push(word);
  if (!isAsked && before) found.unshift(before + syllables[0]);
  if (!isAsked && syllables.length > 1) found.push(syllables.at(-1));
  return found.map(spelt);
}
