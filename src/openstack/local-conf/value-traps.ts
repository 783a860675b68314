import type { Outcome, StopReason } from './merge-phase.js';
import { hidden } from './secrets.js';
import { appended } from './sed-text.js';
import type { Trap } from './trap.js';

const STOPS: Readonly<Record<StopReason, string>> = {
  syntax: 'bash cannot parse what devstack makes of this (a quote, a backquote or $( is open), and stack.sh ends here',
  operator:
    'bash runs part of this as a command, for outside quotes ; & | < > ( ) are operators; where that fails, stack.sh ends here',
  command: 'bash runs part of this as a command of its own; where there is none of that name, stack.sh ends here',
  sed: 'sed cannot read this name or value, and stack.sh ends here',
};

/** The place in an assignment's line where its value starts, from 1. */
function valueColumn({ assignment: { line, key, value } }: Pick<Outcome, 'assignment'>): number {
  const from = key === '' ? 0 : line.text.indexOf('=') + 1;
  return line.text.indexOf(value, from) + 1;
}

/** What evaluation does to an assignment that was carried out: a value that is not what is written, and what may be. */
export function valueTraps(outcome: Outcome): Trap[] {
  const { assignment: a, words, unsettled } = outcome;
  const column = valueColumn(outcome);
  const at = (found: string): number => Math.max(column, column + a.value.indexOf(found));
  const traps: Trap[] = [];
  const add = (effect: Trap['effect'], where: number, says: string) =>
    traps.push({ line: a.line.number, column: where, effect, says });
  const comment = /[ \t][#;]/.exec(a.value);
  if (comment) add('changed', column + comment.index + 1, 'no comment begins here: it is kept as part of the value');
  for (const part of new Set(unsettled)) add('note', at(part), unknown(part));
  const evaluated = words[2] ?? '';
  const got = appended(evaluated).join('\n');
  const isPlace = a.section !== '' && a.key !== '' && words[1] === a.key;
  if (isPlace && got !== a.value && unsettled.length === 0) {
    const cause = /["$`\\]/.exec(a.value)?.[0];
    add(
      'changed',
      cause ? at(cause) : column,
      `${cause ? (CAUSES[cause] ?? '') : ''}the value becomes ${got === '' ? 'empty' : hidden(a.key, got)}`,
    );
  }
  const isOption = a.section !== '' && a.key !== '' && !/^;|[ \t]/.test(a.key);
  if (isOption && words[1] !== a.key)
    add('changed', 1, `bash evaluates the option too: it becomes ${words[1] ?? 'nothing'}`);
  if (isPlace && /(^|[^\\])(\\\\)*&/.test(evaluated)) add('note', at('&'), AMPERSAND);
  if (isPlace && words.length > 3)
    add('changed', column, `outside quotes it is ${words.length - 2} words, of which the first counts`);
  return traps;
}

const CAUSES: Readonly<Record<string, string>> = {
  '"': 'devstack puts double quotes around the value, so that one of its own ends them: ',
  $: 'bash evaluates $: ',
  '`': 'bash runs what is in backquotes: ',
  '\\': 'bash and sed take backslashes away: ',
};

const AMPERSAND =
  'where the file has the option already, sed puts the old line in place of &: write \\\\\\\\& to have it either way';

function unknown(part: string): string {
  if (part.startsWith('$(') || part.startsWith('`'))
    return `bash runs ${part} when it merges, and takes what it prints`;
  if (part.startsWith('$')) return `devstack puts the value of ${part} here, or nothing where that is not set`;
  if (/[*?[]/.test(part))
    return `bash puts the names of files that match ${part} here, where there are any in devstack's folder`;
  return `bash expands ${part}`;
}

export const stopTrap = (why: StopReason, line: number): Trap => ({
  line,
  column: 1,
  effect: 'lost',
  says: STOPS[why],
});
