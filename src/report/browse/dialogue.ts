import { PatternError } from '../../profile/python-pattern.js';
import { reprText } from '../../profile/python-repr.js';
import { parseRestriction, type Restriction } from '../../profile/restrict.js';
import { SORT_KEYS, sortKey } from '../../profile/sort.js';
import { BrowsedStats, type Printed } from './browsed-stats.js';
import { HELP, OVERVIEW, WORDS } from './interface-words.js';
import { isRefused, type OpenProfile, type Refused } from './opened.js';
import { strip, words } from './python-words.js';

export interface Answer {
  /** To be printed as it is: whole lines, or nothing. */
  readonly text: string;
  readonly done: boolean;
}

/**
 * The dialogue of `python3 -m pstats`: a line in, what it prints out, byte for byte. Where that ends with a traceback, this says
 * what is wrong and goes on.
 */
export class Dialogue {
  /** What stands before the next line. */
  prompt = '% ';
  private readonly open: OpenProfile;
  private stats: BrowsedStats | undefined;
  private last = '';

  constructor(open: OpenProfile) {
    this.open = open;
  }

  /** What is printed before the first prompt: the first file is read, the others are added. */
  start(files: readonly string[]): string {
    const said = files.flatMap((file, i) => (i === 0 ? this.read(file) : this.add(file)));
    return text([...said, WORDS.welcome]);
  }

  answer(line: string): Answer {
    const said = strip(line);
    if (said === '') return this.last === '' ? { text: '', done: false } : this.answer(this.last);
    // a shell is what an exclamation mark asks for, and there is none
    if (said.startsWith('!')) return { text: text([WORDS.unknown(said)]), done: false };
    const whole = said.startsWith('?') ? `help ${said.slice(1)}` : said;
    this.last = whole;
    const command = /^\w*/.exec(whole)![0];
    const rest = strip(whole.slice(command.length));
    if (command === 'quit' || command === 'EOF') {
      return { text: text([...(command === 'EOF' ? [''] : []), WORDS.goodbye]), done: true };
    }
    return { text: this.carryOut(command, rest) ?? text([WORDS.unknown(whole)]), done: false };
  }

  private carryOut(command: string, rest: string): string | undefined {
    switch (command) {
      case 'add':
        return text(this.add(rest));
      case 'read':
        return text(this.read(rest));
      case 'help':
        return text(help(rest));
      case 'stats':
      case 'callers':
      case 'callees':
        return this.print(command, rest);
      case 'sort':
        return text(this.sort(words(rest)));
      case 'reverse':
      case 'strip':
        if (this.stats === undefined) return text([WORDS.nothingLoaded]);
        this.stats[command]();
        return '';
      default:
        return undefined;
    }
  }

  private read(path: string): string[] {
    if (path === '') {
      return this.prompt.length > 2 ? this.read(this.prompt.slice(0, -2)) : [WORDS.nothingToReload];
    }
    const opened = this.open(path);
    if (isRefused(opened)) return refusal(opened);
    this.stats = new BrowsedStats(opened);
    this.prompt = `${path}% `;
    return [];
  }

  private add(path: string): string[] {
    if (this.stats === undefined) return [WORDS.nothingLoaded];
    const opened = this.open(path);
    if (!isRefused(opened)) {
      this.stats.add(opened);
      return [];
    }
    const { errno, why } = opened;
    if (errno === undefined) return refusal(opened);
    return [WORDS.notAdded(path, `[Errno ${errno}] ${why}: ${reprText(path)}`)];
  }

  private sort(keys: readonly string[]): string[] {
    if (this.stats === undefined) return [WORDS.nothingLoaded];
    const [first, ...more] = keys;
    if (first === undefined || keys.some((key) => sortKey(key) === undefined)) {
      return [WORDS.sortKeys, ...Array.from(SORT_KEYS, ([key, { label }]) => `${key} -- ${label}`)];
    }
    this.stats.sort([first, ...more]);
    return [];
  }

  private print(what: Printed, rest: string): string {
    const restrictions: Restriction[] = [];
    let said = '';
    for (const word of words(rest)) {
      const restriction = parseRestriction(word);
      if (restriction === undefined) said += text([WORDS.badFraction]);
      else restrictions.push(restriction);
    }
    if (this.stats === undefined) return said + text([WORDS.nothingLoaded]);
    try {
      return said + this.stats.print(what, restrictions);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      return said + text([`*** ${error.message}`]);
    }
  }
}

function help(topic: string): readonly string[] {
  return topic === '' ? OVERVIEW : (HELP.get(topic) ?? [WORDS.noHelp(topic)]);
}

function refusal({ kind, why, errno, before }: Refused): string[] {
  const said = errno === undefined ? `${kind}: ${why}` : why;
  return before === undefined ? [said] : [before, said];
}

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
