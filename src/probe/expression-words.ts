/** A word of an expression, and where it begins. */
export interface Word {
  kind: 'name' | 'number' | 'text' | 'sign' | 'end';
  /** As it was written; of a text what it holds. */
  text: string;
  /** Index into the expression. */
  at: number;
}

/** Says what is wrong, at which index. */
export type Refuse = (at: number, why: string) => never;

const BLANK = /\s+/y;
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const SIGN = /==|!=|<=|>=|&&|\|\||<>|[^\s\p{L}\p{N}_'"]/uy;
const TEXT = /(['"])((?:\\.|(?!\1)[^\\])*)(\1?)/sy;
const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gs;
const PLAIN: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' };

/** The words of an expression, with an `end` behind the last. Written as Python writes them. */
export function wordsOf(expression: string, refuse: Refuse): Word[] {
  const words: Word[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(expression);
  };
  while (at < expression.length) {
    const blank = take(BLANK);
    if (blank) {
      at += blank[0].length;
      continue;
    }
    const [kind, found] = next(take, at, refuse);
    words.push({ kind, text: kind === 'text' ? unescaped(found[2]!, at + 1, refuse) : found[0], at });
    at += found[0].length;
  }
  return [...words, { kind: 'end', text: '', at }];
}

function next(
  take: (p: RegExp) => RegExpExecArray | null,
  at: number,
  refuse: Refuse,
): [Word['kind'], RegExpExecArray] {
  const name = take(NAME);
  if (name) return ['name', name];
  const number = take(NUMBER);
  if (number) {
    const [digits] = number;
    if (digits.length > 300) refuse(at, 'a number has more than 300 digits');
    if (/^0\d+$/.test(digits)) refuse(at, 'a whole number begins with 0');
    return ['number', number];
  }
  const text = take(TEXT);
  if (text) return text[3] === '' ? refuse(at, 'a text has no end') : ['text', text];
  const sign = take(SIGN);
  return sign ? ['sign', sign] : refuse(at, 'there is a sign that means nothing here');
}

function unescaped(text: string, at: number, refuse: Refuse): string {
  return text.replace(ESCAPE, (all, x?: string, u?: string, long?: string, one?: string, offset?: number) => {
    const code = x ?? u ?? long;
    if (code !== undefined && Number.parseInt(code, 16) <= 0x10ffff)
      return String.fromCodePoint(Number.parseInt(code, 16));
    return PLAIN[one ?? ''] ?? refuse(at + (offset ?? 0), `"${all}" is no escape that is known here`);
  });
}
