import { closing } from './closing.js';
import type { Shell } from './shell.js';

/** A character of a word, with what bash may still do to it. */
interface Mark {
  c: string;
  /** Stands for itself: no field is split at it, and no pattern made of it. */
  quoted: boolean;
  /** Comes from an expansion outside quotes: fields are split at it. */
  expanded: boolean;
}

const NAME = /^(?:[A-Za-z_]\w*|[0-9#?$!@*-])/;
const ENDS_WORD = /[ \t\n;&|<>()]/;

/** Reads words and expands them. */
export class Expansions {
  readonly unsettled: string[] = [];
  readonly #shell: Shell;
  #marks: Mark[] = [];
  /** An empty word is one only if something in it was quoted. */
  #quotes = false;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** Reads the word that starts at `at`; where it ends, or undefined if bash could not parse it. */
  word(text: string, at: number): number | undefined {
    let i = at + this.#tilde(text, at);
    while (i < text.length && !ENDS_WORD.test(text[i]!)) {
      const c = text[i]!;
      let next: number | undefined;
      if (c === '\\') {
        if (text[i + 1] !== '\n') this.#add(text[i + 1] ?? '\\', true);
        next = i + 2;
      } else if (c === "'") next = this.#single(text, i);
      else if (c === '"') next = this.#double(text, i + 1);
      else if (c === '$' && text[i + 1] === '"') next = i + 1;
      else if (c === '$' || c === '`') next = this.#expansion(text, i, false);
      else {
        if (c === '{' && /^\{[^ \t"']*(,|\.\.)[^ \t"']*\}/.test(text.slice(i))) this.unsettled.push(text.slice(i));
        this.#add(c, false);
        next = i + 1;
      }
      if (next === undefined) return undefined;
      i = next;
    }
    return i;
  }

  /** The fields that the word became. */
  take(): string[] {
    const fields = this.#split();
    this.#marks = [];
    this.#quotes = false;
    return fields.flatMap((f) => this.#names(f));
  }

  #add(text: string, quoted: boolean, expanded = false): void {
    for (const c of text) this.#marks.push({ c, quoted, expanded });
    this.#quotes ||= quoted;
  }

  #tilde(text: string, at: number): number {
    if (text[at] !== '~' || !/^~(\/|$|[ \t\n;&|<>()])/.test(text.slice(at))) return 0;
    const home = this.#shell.variable('HOME');
    if (home == null) this.unsettled.push('~');
    this.#add(home ?? '~', true);
    return 1;
  }

  #single(text: string, at: number): number | undefined {
    const end = text.indexOf("'", at + 1);
    if (end < 0) return undefined;
    this.#add(text.slice(at + 1, end), true);
    this.#quotes = true;
    return end + 1;
  }

  #double(text: string, from: number): number | undefined {
    this.#quotes = true;
    let i = from;
    while (text[i] !== '"') {
      if (i >= text.length) return undefined;
      const c = text[i]!;
      let next: number | undefined = i + 1;
      if (c === '\\' && /[$`"\\\n]/.test(text[i + 1] ?? '')) {
        if (text[i + 1] !== '\n') this.#add(text[i + 1]!, true);
        next = i + 2;
      } else if (c === '$' || c === '`') next = this.#expansion(text, i, true);
      else this.#add(c, true);
      if (next === undefined) return undefined;
      i = next;
    }
    return i + 1;
  }

  /** A variable or a command, from its `$` or backquote on. */
  #expansion(text: string, at: number, quoted: boolean): number | undefined {
    if (text[at] === '`') {
      const end = closing(text, at + 1, '`');
      return end && this.#command(text.slice(at, end), text.slice(at + 1, end - 1), quoted, end);
    }
    const rest = text.slice(at + 1);
    const opened = rest[0];
    if (opened === '(' || opened === '{' || opened === '[') {
      const end = closing(text, at + 2, { '(': ')', '{': '}', '[': ']' }[opened]);
      if (!end) return undefined;
      const inner = text.slice(at + 2, end - 1);
      if (opened === '{' && NAME.exec(inner)?.[0] === inner)
        return this.#variable(text.slice(at, end), inner, quoted, end);
      if (opened === '{' && (inner === '' || /^[ \t"'$%/=]/.test(inner))) return undefined;
      if (opened === '(' && inner[0] !== '(') return this.#command(text.slice(at, end), inner, quoted, end);
      return this.#put(text.slice(at, end), null, quoted, end);
    }
    if (opened === "'" && !quoted) return this.#put(text.slice(at), null, quoted, text.length);
    const name = NAME.exec(rest)?.[0];
    if (!name) {
      this.#add('$', quoted);
      return at + 1;
    }
    return this.#variable(`$${name}`, name, quoted, at + 1 + name.length);
  }

  #variable(written: string, name: string, quoted: boolean, next: number): number {
    const value = this.#shell.variable(name);
    return this.#put(written, value === undefined ? '' : value, quoted, next);
  }

  #command(written: string, command: string, quoted: boolean, next: number): number {
    return this.#put(written, command.trim() === '' ? '' : this.#shell.output(command), quoted, next);
  }

  #put(written: string, value: string | null, quoted: boolean, next: number): number {
    if (value === null) this.unsettled.push(written);
    // what nobody knows stays as it is written, in one piece
    if (value === null) this.#add(written, true);
    else if (value !== '') this.#add(value, quoted, !quoted);
    return next;
  }

  #split(): Mark[][] {
    const fields: Mark[][] = [];
    let field: Mark[] | undefined;
    for (const m of this.#marks) {
      if (m.expanded && /[ \t\n]/.test(m.c)) {
        if (field) fields.push(field);
        field = undefined;
      } else {
        field ??= [];
        field.push(m);
      }
    }
    if (field) fields.push(field);
    if (fields.length === 0 && this.#quotes) fields.push([]);
    return fields;
  }

  #names(field: readonly Mark[]): readonly string[] {
    const text = field.map((m) => m.c).join('');
    const active = field.map((m) => (m.quoted ? 'x' : m.c)).join('');
    if (!/[*?]|\[.*\]/.test(active)) return [text];
    const pattern = field.map((m) => (m.quoted ? m.c.replace(/[*?[\]\\]/, '\\$&') : m.c)).join('');
    const found = this.#shell.names(pattern);
    if (found === null) this.unsettled.push(text);
    return found && found.length > 0 ? found : [text];
  }
}
