import { CONTROLS, numbered } from './sed-text.js';

const SPECIAL = /[$^*+?.(){}|/[\]\\]/;

/**
 * A basic regular expression, as grep and sed read one, in JavaScript's syntax. Undefined where they refuse it, or where it has
 * a backslash that is none of sed's for control characters and for characters by number. `starts`: it stands behind `^`, where a star is itself.
 */
export function basicPattern(pattern: string, starts: boolean): string | undefined {
  let out = '';
  let canRepeat = !starts;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '\\') {
      const known = starts ? numbered(pattern, i) : undefined;
      if (known !== undefined) {
        out += known[0].replace(SPECIAL, '\\$&');
        i += known[1] - 1;
        canRepeat = true;
        continue;
      }
      const control = starts && /[afnrtv]/.test(pattern[i + 1] ?? '') ? CONTROLS[pattern[++i]!] : undefined;
      if (control === undefined) return undefined;
      out += control;
      canRepeat = true;
      continue;
    }
    if (c === '*' && canRepeat) {
      if (!out.endsWith('*')) out += '*';
    } else if (c === '.') out += '[^\\n]';
    else if (c === '[') {
      const bracket = /^\[\^?\]?[^\]]*\]/.exec(pattern.slice(i))?.[0];
      if (!bracket) return undefined;
      i += bracket.length - 1;
      const inner = bracket.slice(1, -1);
      const not = inner.startsWith('^');
      out += `[${not ? '^' : ''}${inner.slice(not ? 1 : 0).replace(/[\\[\]^]/g, '\\$&')}]`;
    } else out += c.replace(/[$^*+?(){}|/\]]/, '\\$&');
    canRepeat = true;
  }
  return out;
}
