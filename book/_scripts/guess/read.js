// A number as people write it: 6.5, 6,5, 1,000, −3, 2e-4, 10^-6, 10⁻⁶, 2 · 10⁻⁶. NaN for anything else.

const UP = "⁰¹²³⁴⁵⁶⁷⁸⁹";
// (its factor), and its exponent behind a sign or raised
const POWER = /^(?:(.+?)\s*[·×*x]\s*)?10\s*(?:(?:\^|\*\*)\s*([-+]?\d+)|([-+]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))$/;
const THOUSANDS = /^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/;

// A comma before three digits parts thousands, unless only a 0 stands before it; else it is a point.
function withPoint(text) {
  if (THOUSANDS.test(text)) return text.replaceAll(",", "");
  return text.replace(/^([-+]?\d*),(\d+)/, "$1.$2");
}

export function numberIn(text) {
  const plain = text.trim().replaceAll(/[−⁻]/g, "-");
  const power = POWER.exec(plain);
  if (!power) return plain === "" ? Number.NaN : Number(withPoint(plain));
  const [, factor = "1", written, raised] = power;
  const exponent = written ?? raised.replaceAll(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (sign) => UP.indexOf(sign));
  return Number(`${withPoint(factor)}e${exponent}`);
}
