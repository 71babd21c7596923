// How far a guessed number is off, as the name of a sentence and what stands in it.

const NEARLY = 1.1; // a factor that is as good as none, on a scale of powers of ten
const UP = [..."⁰¹²³⁴⁵⁶⁷⁸⁹"];

// A number as it is written in a sentence; of very small and very large ones two digits and a power.
export function written(number, locale) {
  if (number < 0) return `−${written(-number, locale)}`;
  if (number === 0 || (number >= 1e-4 && number < 1e7)) {
    return number.toLocaleString(locale, { maximumSignificantDigits: 6 });
  }
  const [mantissa, power] = number.toExponential(1).split("e");
  const raised = [...power.replace("+", "")].map((sign) => (sign === "-" ? "⁻" : UP[sign]));
  const ten = `10${raised.join("")}`;
  const digits = Number(mantissa);
  return digits === 1 ? ten : `${digits.toLocaleString(locale)} · ${ten}`;
}

// 3.1, 31, 310: two digits.
function rounded(number) {
  return Number(number.toPrecision(2));
}

export function compare(guess, { answer, log }, locale) {
  const values = { said: written(guess, locale), answer: written(answer, locale) };
  if (guess === answer) return ["exact", values];
  const side = guess > answer ? "high" : "low";
  if (!log) {
    return [side, { ...values, by: written(Math.abs(guess - answer), locale) }];
  }
  const ratio = guess > answer ? guess / answer : answer / guess;
  if (ratio < NEARLY) return ["nearly", values];
  return [`times_${side}`, { ...values, times: written(rounded(ratio), locale) }];
}

// Which of the typical wrong numbers a guess is near to, and nearer than to the answer; or -1.
export function nearTypical(guess, { answer, low, high, log, typical }) {
  const scale = log ? Math.log10 : (number) => number;
  const near = log ? 0.2 : (high - low) / 20;
  const distances = typical.map((number) => Math.abs(scale(number) - scale(guess)));
  const least = Math.min(...distances, near, Math.abs(scale(answer) - scale(guess)));
  return distances.findIndex((distance) => distance <= least && distance <= near);
}
