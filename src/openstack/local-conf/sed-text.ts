export const CONTROLS: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** The character whose number stands behind the backslash at `at`, for GNU sed, and how many characters that took. */
export function numbered(text: string, at: number): [string, number] | undefined {
  const number = /^(?:d(\d{1,3})|o([0-7]{1,3})|x([\da-fA-F]{1,2}))/.exec(text.slice(at + 1));
  if (!number) return undefined;
  const [all, decimal, octal, hexadecimal] = number;
  const code = decimal ? Number(decimal) : octal ? Number.parseInt(octal, 8) : Number.parseInt(hexadecimal!, 16);
  return [String.fromCharCode(code & 0xff), all.length + 1];
}

/** What GNU sed makes of the backslash at `at`: the text, and how many characters that took. */
function escaped(text: string, at: number): [string, number] {
  const rest = text.slice(at + 1);
  const c = rest[0]!;
  if (CONTROLS[c]) return [CONTROLS[c], 2];
  if (c === 'c' && rest[1]) return [String.fromCharCode(rest[1].toUpperCase().charCodeAt(0) ^ 0x40), 3];
  return numbered(text, at) ?? [c, 2];
}

/** The lines that sed's `a` command adds for a text. */
export function appended(text: string): string[] {
  let out = '';
  for (let i = 0; i < text.length; ) {
    if (text[i] !== '\\') out += text[i++];
    else if (i + 1 === text.length) {
      out += '\n'; // it takes the line feed behind the text as part of it
      i++;
    } else {
      const [put, taken] = escaped(text, i);
      out += put;
      i += taken;
    }
  }
  return out.split('\n');
}

/**
 * What the right side of sed's `s` makes of a match: `&` and `\0` are the whole of it, `\1` its first group. Undefined where
 * sed refuses it.
 */
export function replaced(text: string, whole: string, group: string): string | undefined {
  let out = '';
  let change: string | undefined;
  let once: string | undefined;
  const put = (part: string) => {
    let p = change === 'U' ? part.toUpperCase() : change === 'L' ? part.toLowerCase() : part;
    if (once && p !== '') {
      p = (once === 'u' ? p[0]!.toUpperCase() : p[0]!.toLowerCase()) + p.slice(1);
      once = undefined;
    }
    out += p;
  };
  for (let i = 0; i < text.length; ) {
    const c = text[i]!;
    const next = text[i + 1];
    if (c === '&') put(whole);
    else if (c !== '\\') put(c);
    else if (next === undefined || /[2-9]/.test(next)) return undefined;
    else if (next === '0' || next === '1') put(next === '0' ? whole : group);
    else if (next === 'U' || next === 'L' || next === 'E') change = next;
    else if (next === 'u' || next === 'l') once = next;
    else {
      const [part, taken] = escaped(text, i);
      put(part);
      i += taken;
      continue;
    }
    i += c === '\\' ? 2 : 1;
  }
  return out;
}
