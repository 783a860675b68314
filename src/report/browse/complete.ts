import { SORT_KEYS } from '../../profile/sort.js';
import { HELP } from './interface-words.js';

/**
 * What can stand where a line ends: commands, after `sort` its keys, after `read` and `add` files. `filesLike` names those whose
 * path begins so. The second value is what the first ones complete.
 */
export function complete(line: string, filesLike: (start: string) => readonly string[]): [string[], string] {
  const [, command, rest] = /^\s*(\w+)\s+(.*)$/s.exec(line) ?? [];
  if (command === 'read' || command === 'add') return [[...filesLike(rest!)], rest!];
  const word = /\S*$/.exec(line)![0];
  return [candidates(command).filter((one) => one.startsWith(word)), word];
}

function candidates(command: string | undefined): string[] {
  if (command === undefined || command === 'help') return [...HELP.keys()].filter((one) => command || one !== 'EOF');
  return command === 'sort' ? [...SORT_KEYS.keys()] : [];
}
