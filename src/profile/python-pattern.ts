/** Python would take the pattern, but it uses what has no counterpart here. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

const WORD = String.raw`\p{L}\p{N}_`;
const SPACE = String.raw`\s\x1c-\x1f\x85`;
/** What a backslash and a letter match, outside of a character class and inside one. */
const CLASSES: Readonly<Record<string, string>> = { d: String.raw`\p{Nd}`, w: WORD, s: SPACE };
const OUTSIDE: Readonly<Record<string, string>> = {
  A: '(?<![^])',
  Z: '(?![^])',
  b: `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`,
  B: `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`,
};
const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/**
 * A regular expression in the dialect of Python's `re`, to be searched for. Undefined when Python would not compile it.
 * @throws PatternError for what only Python can do: verbose mode, conditions, named characters, possessive parts.
 */
export function compilePattern(source: string): RegExp | undefined {
  const flags = /^\(\?([aiLmsux]+)\)/.exec(source);
  const letters = flags?.[1] ?? '';
  if (/[xL]/.test(letters))
    throw new PatternError(`the flags (?${letters}) of a pattern are understood by Python only`);
  const translated = translate(flags === null ? source : source.slice(flags[0].length));
  if (translated === undefined) return undefined;
  try {
    return new RegExp(translated, `u${[...'ims'].filter((flag) => letters.includes(flag)).join('')}`);
  } catch {
    // Node 22 does not know flags for a part of a pattern, and no Node knows all of Python's.
    if (/\(\?[a-zA-Z-]+:/.test(translated))
      throw new PatternError('flags inside of a pattern are understood by Python only');
    return undefined;
  }
}

function translate(source: string): string | undefined {
  const out: string[] = [];
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    const step = rest[0] === '\\' ? backslash(rest, false) : rest[0] === '[' ? characterClass(rest) : plain(rest);
    if (step === undefined) return undefined;
    out.push(step.to);
    at += step.taken;
  }
  return out.join('');
}

type Step = { readonly to: string; readonly taken: number };

function plain(rest: string): Step | undefined {
  // JavaScript's way to name a group, an error in Python's.
  if (/^\(\?<(?![=!])/.test(rest)) return undefined;
  const group = /^\(\?(P<[^>]*>|P=[^)]*\)|#[^)]*\)|\()/.exec(rest);
  if (group !== null) return special(group[0]);
  if (/^(?:[*+?]|\{\d*,?\d*\})\+/.test(rest) || rest.startsWith('(?>')) {
    throw new PatternError('possessive and atomic parts of a pattern are understood by Python only');
  }
  const repeat = /^\{(\d*)(,?)(\d*)\}/.exec(rest);
  if (repeat !== null && (repeat[1] !== '' || repeat[2] !== '')) {
    return { to: `{${repeat[1] || '0'}${repeat[2]}${repeat[3]}}`, taken: repeat[0].length };
  }
  // Python takes a brace that starts no count, and a stray closing bracket, for themselves.
  if ('{}]'.includes(rest[0]!)) return { to: `\\${rest[0]}`, taken: 1 };
  // In Python the end is also before a last line break.
  if (rest[0] === '$') return { to: '(?=\\n?(?![^]))', taken: 1 };
  return { to: rest[0]!, taken: 1 };
}

function special(group: string): Step {
  if (group.startsWith('(?P<')) return { to: `(?<${group.slice(4)}`, taken: group.length };
  if (group.startsWith('(?P=')) return { to: `\\k<${group.slice(4, -1)}>`, taken: group.length };
  if (group.startsWith('(?#')) return { to: '(?:)', taken: group.length };
  throw new PatternError('conditions in a pattern are understood by Python only');
}

/** A backslash and what belongs to it. Undefined where Python calls it a bad escape. */
function backslash(rest: string, inClass: boolean): Step | undefined {
  const number = /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(0[0-7]{0,2}|[0-3][0-7]{2}))/.exec(rest);
  if (number !== null) {
    const [all, x, u, U, octal] = number;
    const code = octal === undefined ? Number.parseInt(x ?? u ?? U ?? '', 16) : Number.parseInt(octal, 8);
    return code <= 0x10ffff ? { to: literal(code), taken: all.length } : undefined;
  }
  const reference = inClass ? null : /^\\[1-9]\d?/.exec(rest);
  if (reference !== null) return { to: `(?:${reference[0]})`, taken: reference[0].length };
  const char = rest.charAt(1);
  if (char === 'N') throw new PatternError('named characters in a pattern are understood by Python only');
  const letter = char.toLowerCase();
  const set = CLASSES[letter];
  if (set !== undefined) return { to: classEscape(set, char !== letter, inClass), taken: 2 };
  if (!inClass && OUTSIDE[char] !== undefined) return { to: OUTSIDE[char], taken: 2 };
  const control = inClass && char === 'b' ? 8 : CONTROLS[char];
  if (control !== undefined) return { to: literal(control), taken: 2 };
  if (char === '' || /[\da-z]/i.test(char)) return undefined;
  const code = rest.codePointAt(1)!;
  return { to: literal(code), taken: code > 0xffff ? 3 : 2 };
}

function classEscape(set: string, negated: boolean, inClass: boolean): string {
  if (!inClass) return `[${negated ? '^' : ''}${set}]`;
  if (!negated) return set;
  const single: Readonly<Record<string, string>> = { [CLASSES.d!]: '\\P{Nd}', [SPACE]: '\\S' };
  const known = single[set];
  if (known === undefined) throw new PatternError('\\W inside a class of a pattern is understood by Python only');
  return known;
}

function characterClass(rest: string): Step | undefined {
  const start = /^\[\^?/.exec(rest)![0];
  let to = start;
  let at = start.length;
  // A closing bracket that stands first is one of the characters.
  while (rest[at] !== ']' || at === start.length) {
    const char = rest[at];
    if (char === undefined) return undefined;
    const step = char === '\\' ? backslash(rest.slice(at), true) : { to: classChar(char), taken: 1 };
    if (step === undefined) return undefined;
    to += step.to;
    at += step.taken;
  }
  return { to: `${to}]`, taken: at + 1 };
}

function classChar(char: string): string {
  return '[]^'.includes(char) ? `\\${char}` : char;
}

function literal(code: number): string {
  return `\\u{${code.toString(16)}}`;
}
