/** A text as Python's repr() shows it: quoted, what cannot be printed escaped. */
export function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return quote + Array.from(text, (char) => escaped(char, quote)).join('') + quote;
}

/** A float as Python's repr() shows it: never without a point or an exponent, `1e-07` for what JavaScript calls `1e-7`. */
export function reprFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const [digits = '', exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  // Python changes to exponents from 1e16 upwards and below 1e-4.
  if (power >= 16 || power < -4) return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  const plain = power < 0 ? value.toFixed(-power + digits.replace(/[-.]/g, '').length - 1) : String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}

const NAMED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(char: string, quote: string): string {
  if (char === quote) return `\\${char}`;
  const named = NAMED[char];
  if (named !== undefined) return named;
  // Controls, formats, surrogates, unassigned and private characters, and every blank but the plain one.
  if (char === ' ' || !/[\p{C}\p{Z}]/u.test(char)) return char;
  const code = char.codePointAt(0)!.toString(16);
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`;
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}
