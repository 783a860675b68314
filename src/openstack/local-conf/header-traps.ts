import { firstWord, type Line, type LocalConf, type MetaSection } from './meta-sections.js';
import type { Trap } from './trap.js';

/** The phases whose files stack.sh merges, in its order. `local` is not one: its only file is localrc, and that is bash. */
export const PHASES = ['post-config', 'extra', 'post-extra', 'test-config'] as const;

/** What is wrong with headers: those that devstack takes for something else, and those that lead nowhere. */
export function headerTraps(conf: LocalConf): Trap[] {
  const lines = [...conf.before, ...conf.sections.flatMap((s) => s.lines)];
  return [
    ...before(conf),
    ...conf.sections.flatMap(headerTrap),
    ...lines.filter((l) => /^\s*\ufeff?\s*\[\[/.test(l.text)).map(noHeader),
  ];
}

function before({ before }: LocalConf): Trap[] {
  const first = before.find(({ text }) => !/^\s*(#|$)/.test(text) && !/^\s*\ufeff?\s*\[\[/.test(text));
  if (!first) return [];
  return [
    {
      line: first.number,
      column: 1,
      effect: 'lost',
      says: 'stands above the first [[group|file]], where nobody reads it',
    },
  ];
}

function noHeader({ number, text }: Line): Trap {
  const column = text.indexOf('[[') + 1;
  const trap = (says: string): Trap => ({ line: number, column, effect: 'lost', says });
  if (text.startsWith('\ufeff'))
    return trap('is no header, for a byte order mark stands before it: save the file without one');
  if (column > 1) return trap('is no header, for it is indented: what follows belongs to the one above');
  return trap(
    'is no [[group|file]] but the name of a section in the file above: a header has a | in it and ends in ]]',
  );
}

function headerTrap(section: MetaSection): Trap[] {
  const { number: line, text } = section.header;
  const word = firstWord(text);
  const trap = (effect: Trap['effect'], column: number, says: string): Trap[] => [{ line, column, effect, says }];
  const inside = text.slice(0, text.lastIndexOf(']]'));
  if (word.length < inside.trimEnd().length || (section.file === '' && word.length < inside.length)) {
    const at = word.length + 1;
    if (section.file === '')
      return trap('lost', at, 'the header ends at this blank and so names no file: all under it is ignored');
    return trap('lost', at, `the header ends at this blank: it names the file ${section.file}`);
  }
  if (section.file === '') return trap('lost', inside.length + 1, 'the header names no file: all under it is ignored');
  if (text.includes('\r'))
    return trap(
      'lost',
      text.indexOf('\r') + 1,
      'the line ends as in DOS, and the carriage return becomes part of the name: save the file with line feeds alone',
    );
  if (section.group === 'local') {
    return section.file === 'localrc'
      ? []
      : trap('lost', 3, `of the group local devstack reads localrc alone, and no ${section.file}`);
  }
  if (!(PHASES as readonly string[]).includes(section.group))
    return trap(
      'lost',
      3,
      `stack.sh has no phase ${section.group}, only ${PHASES.join(', ')}: nothing under it is merged`,
    );
  return [];
}
