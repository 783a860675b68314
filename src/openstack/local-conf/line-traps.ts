import { assignments } from './ini-commands.js';
import { firstWord, type Line, withoutBrackets } from './meta-sections.js';
import type { Trap } from './trap.js';

/** What is wrong with lines of a file to be merged, before anything of them is evaluated. */
export function lineTraps(lines: readonly Line[]): Trap[] {
  return [...lines.flatMap(lineTrap), ...sectionless(lines), ...repeated(lines)];
}

function lineTrap({ number: line, text }: Line): Trap[] {
  const trap = (effect: Trap['effect'], column: number, says: string): Trap[] => [{ line, column, effect, says }];
  if (/^\s*(#|$)/.test(text)) return [];
  if (/^\[.+\]/s.test(text)) return /^\[\[/.test(text) ? [] : sectionTrap(line, text);
  const indent = /^[ \t]+/.exec(text)?.[0].length;
  if (indent) return trap('lost', indent + 1, 'an indented line is ignored, and continues nothing');
  if (text.startsWith(';')) return trap('lost', 1, 'is no comment but a command that bash runs: write #');
  const equals = text.indexOf('=');
  if (equals < 0) return trap('changed', 1, `has no = and sets an option of that name to nothing`);
  if (equals === 0) return trap('changed', 1, 'has no option: the value becomes the name of one, set to nothing');
  const blank = /[^ \t]([ \t]+)[^ \t]/.exec(text.slice(0, equals));
  if (blank)
    return trap('changed', blank.index + 2, 'the option ends at this blank, and what is behind becomes its value');
  return [];
}

function sectionTrap(line: number, text: string): Trap[] {
  const word = firstWord(text);
  const name = withoutBrackets(word);
  const closed = word.endsWith(']') && word.indexOf(']') === word.length - 1;
  if (closed && name !== '' && !/[/\\*.^$[\]]/.test(name)) return [];
  const trap = (column: number, says: string): Trap[] => [{ line, column, effect: 'lost', says }];
  if (name === '')
    return trap(
      2,
      'the name of a section must follow its bracket: below this one each option becomes a section of its own',
    );
  if (!closed && !word.includes(']'))
    return trap(word.length + 1, `the name of a section ends at its first blank: this one is [${name}]`);
  if (!closed)
    return trap(word.indexOf(']') + 2, `what stands behind the bracket belongs to the name: this section is [${name}]`);
  if (name.includes('/'))
    return trap(word.indexOf('/') + 1, 'sed ends the name at this slash and fails, and stack.sh with it');
  return [];
}

/** Options above any section, or under one without a name. */
function sectionless(lines: readonly Line[]): Trap[] {
  const traps: Trap[] = [];
  let inNone = true;
  for (const line of lines) {
    if (/^\[.+\]/s.test(line.text)) inNone = false;
    else if (inNone && assignments([line]).length > 0) {
      const says = 'stands above any [section], and devstack drops it: write [DEFAULT] above it';
      traps.push({ line: line.number, column: 1, effect: 'lost', says });
    }
  }
  return traps;
}

function repeated(lines: readonly Line[]): Trap[] {
  const seen = new Map<string, number>();
  return assignments(lines).flatMap(({ section, key, line }) => {
    const id = `${section}\x1c${key}`;
    const first = seen.get(id);
    if (first !== undefined && key !== '') {
      const says = `${key} stands in line ${first} too: both are kept, in order, as an option of several values; of one with a single value the last counts`;
      return [{ line: line.number, column: 1, effect: 'note' as const, says }];
    }
    seen.set(id, line.number);
    return [];
  });
}
