import { failure } from '../failure.js';
import { type Refuse, type Word, wordsOf } from './expression-words.js';

type Step = ['.', string] | ['[]', string | number];
type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

/** What an expression means, as the probe reads it (templates/probe/expression.py). A number is its digits: Python's has no limit. */
type Tree =
  | ['path', argument: string, ...Step[]]
  | ['len', Tree]
  | ['text', string]
  | ['number', string]
  | ['constant', 'True' | 'False' | 'None']
  | ['list' | 'tuple', ...Tree[]]
  | ['not', Tree]
  | ['and' | 'or', ...Tree[]]
  | ['compare', Tree, ...(Tree | Comparison)[]];

export interface Expression {
  /** As it was written. */
  text: string;
  tree: Tree;
}

const WORDS = ['and', 'or', 'not', 'in', 'is', 'if', 'else', 'for', 'lambda', 'await', 'True', 'False', 'None'];
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='];
const INSTEAD: Record<string, string> = {
  '=': 'write ==',
  '<>': 'write !=',
  '&': 'write and',
  '&&': 'write and',
  '|': 'write or',
  '||': 'write or',
  '!': 'write not',
  is: 'write ==',
};
const DEEPEST = 50;

/**
 * Reads `--id` (a path, or several with commas between: what names a capture) or `--when` (which calls are captured). It
 * is a small part of Python's grammar that only looks: no call but len(), no attribute that begins with _.
 * @param names the arguments of the target; undefined: they are not known, or it takes any
 * @throws Failure EXPRESSION, which names the column
 */
export function parseExpression(flag: 'id' | 'when', text: string, names?: readonly string[]): Expression {
  const refuse: Refuse = (at, why) => {
    const column = [...text.slice(0, at)].length + 1;
    throw failure('EXPRESSION', { flag, column, why }, `${text}\n${' '.repeat(column - 1)}^`);
  };
  if (text.length > 2000) refuse(2000, 'it is too long');
  const parser = new Parser(wordsOf(text, refuse), refuse, names);
  return { text, tree: flag === 'id' ? parser.paths() : parser.condition() };
}

class Parser {
  readonly #words: Word[];
  readonly #refuse: Refuse;
  readonly #names: readonly string[] | undefined;
  #at = 0;
  #depth = 0;

  constructor(words: Word[], refuse: Refuse, names: readonly string[] | undefined) {
    this.#words = words;
    this.#refuse = refuse;
    this.#names = names;
  }

  paths(): Tree {
    const first = this.#path();
    const all = [first];
    while (this.#takes(',')) all.push(this.#path());
    this.#end();
    return all.length > 1 ? ['tuple', ...all] : first;
  }

  condition(): Tree {
    const tree = this.#or();
    this.#end();
    return tree;
  }

  get #word(): Word {
    return this.#words[this.#at]!;
  }

  /** Is that sign or keyword next? Then it is passed. */
  #takes(text: string): boolean {
    const { kind, text: found } = this.#word;
    if (found !== text || (kind !== 'sign' && kind !== 'name')) return false;
    this.#at += 1;
    return true;
  }

  #needs(text: string): void {
    if (!this.#takes(text)) this.#unfit(`"${text}"`);
  }

  #end(): void {
    if (this.#word.kind !== 'end') this.#unfit('an end');
  }

  #unfit(wanted: string): never {
    const { kind, text, at } = this.#word;
    if (kind === 'end') return this.#refuse(at, `it ends where ${wanted} should be`);
    if (kind !== 'text' && INSTEAD[text]) return this.#refuse(at, `"${text}" cannot be used: ${INSTEAD[text]}`);
    return this.#refuse(at, `${kind === 'text' ? 'a text' : `"${text}"`} stands where ${wanted} should be`);
  }

  #or(): Tree {
    return this.#joined('or', () => this.#joined('and', () => this.#not()));
  }

  #joined(word: 'and' | 'or', part: () => Tree): Tree {
    const first = part();
    const all = [first];
    while (this.#takes(word)) all.push(part());
    return all.length > 1 ? [word, ...all] : first;
  }

  #not(): Tree {
    return this.#takes('not') ? this.#deeper(() => ['not', this.#not()]) : this.#compared();
  }

  #compared(): Tree {
    const first = this.#value();
    const rest: (Tree | Comparison)[] = [];
    for (let sign = this.#comparison(); sign; sign = this.#comparison()) rest.push(sign, this.#value());
    return rest.length > 0 ? ['compare', first, ...rest] : first;
  }

  #comparison(): Comparison | undefined {
    const sign = COMPARISONS.find((one) => this.#takes(one));
    if (sign) return sign as Comparison;
    if (this.#takes('in')) return 'in';
    if (!this.#takes('not')) return undefined;
    this.#needs('in');
    return 'not in';
  }

  #value(): Tree {
    const { kind, text, at } = this.#word;
    if (kind === 'number' || kind === 'text') {
      this.#at += 1;
      return [kind, text];
    }
    if (this.#takes('-')) return this.#negative();
    if (this.#takes('(')) return this.#deeper(() => this.#list(')'));
    if (this.#takes('[')) return this.#deeper(() => this.#list(']'));
    if (kind === 'name' && (text === 'True' || text === 'False' || text === 'None')) {
      this.#at += 1;
      return ['constant', text];
    }
    const next = this.#words[this.#at + 1];
    if (kind === 'name' && text === 'len' && next?.text === '(' && next.kind === 'sign') {
      this.#at += 2;
      if (this.#word.kind !== 'name') return this.#refuse(at, 'len() takes a path');
      const of = this.#path();
      this.#needs(')');
      return ['len', of];
    }
    return this.#path();
  }

  #negative(): Tree {
    const { kind, text } = this.#word;
    if (kind !== 'number') return this.#unfit('a number');
    this.#at += 1;
    return ['number', `-${text}`];
  }

  /** What is in brackets: a condition, or several values for `in`. */
  #list(close: ')' | ']'): Tree {
    const all: Tree[] = [];
    let several = close === ']';
    while (!this.#takes(close)) {
      if (all.length > 0) {
        if (!this.#takes(',')) this.#unfit(`"," or "${close}"`);
        several = true;
        if (this.#takes(close)) break;
      }
      all.push(this.#or());
    }
    if (all.length === 0) several = true;
    return several ? [close === ']' ? 'list' : 'tuple', ...all] : all[0]!;
  }

  #path(): Tree {
    const { kind, text, at } = this.#word;
    if (kind !== 'name' || WORDS.includes(text)) return this.#unfit('an argument of the target');
    const name = text.normalize('NFKC'); // as Python reads it
    const next = this.#words[this.#at + 1];
    if (next?.kind === 'sign' && next.text === '(') return this.#refuse(next.at, 'nothing is called but len()');
    if (this.#names && !this.#names.includes(name))
      this.#refuse(at, `the target has no argument ${name}, only ${this.#names.join(', ') || 'none'}`);
    this.#at += 1;
    const steps: Step[] = [];
    for (;;) {
      if (this.#takes('.')) steps.push(['.', this.#attribute()]);
      else if (this.#takes('[')) steps.push(['[]', this.#index()]);
      else if (this.#word.text === '(' && this.#word.kind === 'sign')
        return this.#refuse(this.#word.at, 'nothing is called but len()');
      else return ['path', name, ...steps];
    }
  }

  #attribute(): string {
    const { kind, text, at } = this.#word;
    if (kind !== 'name') return this.#unfit('a name');
    if (text.startsWith('_')) this.#refuse(at, `${text} is private`);
    this.#at += 1;
    return text.normalize('NFKC');
  }

  #index(): string | number {
    const { kind, text, at } = this.#word;
    const negative = this.#takes('-');
    const word = this.#word;
    const whole = word.kind === 'number' && /^\d+$/.test(word.text) && word.text.length < 16;
    if (!whole && (negative || kind !== 'text')) return this.#refuse(at, 'an index is a whole number or a text');
    this.#at += 1;
    this.#needs(']');
    return whole ? Number(`${negative ? '-' : ''}${word.text}`) : text;
  }

  #deeper<T>(work: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEEPEST) this.#refuse(this.#word.at, `there are more than ${DEEPEST} brackets in one another`);
    const result = work();
    this.#depth -= 1;
    return result;
  }
}
