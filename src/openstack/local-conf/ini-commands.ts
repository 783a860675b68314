import { firstWord, type Line, withoutBrackets } from './meta-sections.js';

/** `key = value` as devstack cuts it out of a line, nothing of it evaluated yet. */
export interface Assignment {
  /** The section that holds it; empty before any, and under a header whose first word is a bare bracket. */
  section: string;
  /** Empty where the line has no `=`; then the value is the whole line. */
  key: string;
  value: string;
  line: Line;
}

/** One line that devstack has bash evaluate. */
interface IniCommand {
  text: string;
  /** The line that it is about; of a repeated key the one whose value it carries. */
  assignment: Assignment;
}

export interface IniCommands {
  commands: IniCommand[];
  /** What devstack never sets: keys that stand before any section. */
  dropped: Assignment[];
}

interface Key {
  key: string;
  values: Assignment[];
}

const SECTION = /^\[.+\]/s;

/** The assignments among lines: comments, blank and indented lines are none. */
export function assignments(lines: readonly Line[]): Assignment[] {
  const found: Assignment[] = [];
  let section = '';
  for (const line of lines) {
    if (SECTION.test(line.text)) section = withoutBrackets(firstWord(line.text));
    else if (!/^ *#/.test(line.text) && /^[^ \t]/.test(line.text)) found.push(assignment(section, line));
  }
  return found;
}

function assignment(section: string, line: Line): Assignment {
  const equals = line.text.indexOf('=');
  const key = equals < 0 ? '' : line.text.slice(0, equals).replace(/[ \t]*$/, '');
  const value = line.text.slice(equals + 1).replace(/^[ \t]*|[ \t]*$/g, '');
  return { section, key, value, line };
}

/**
 * The commands by which devstack sets what the lines say, in its order: sections as they come, keys from the last to the
 * first, since each goes right below its section's header.
 */
export function iniCommands(lines: readonly Line[], file: string): IniCommands {
  const keys = new Map<string, Key>();
  const dropped: Key[] = [];
  const sections: { name: string; keys: Key[] }[] = [];
  let last = '';
  for (const a of assignments(lines)) {
    const id = `${a.section}\x1c${a.key}`;
    const known = keys.get(id);
    if (known) {
      known.values.push(a);
      continue;
    }
    const key = { key: a.key, values: [a] };
    keys.set(id, key);
    if (a.section !== last) sections.push({ name: a.section, keys: [] });
    last = a.section;
    (sections.at(-1)?.keys ?? dropped).push(key);
  }
  const commands = sections.flatMap((s) => s.keys.toReversed().flatMap((k) => commandsOf(`${file} ${s.name}`, k)));
  return { commands, dropped: dropped.flatMap((k) => k.values) };
}

function commandsOf(place: string, { key, values }: Key): IniCommand[] {
  const command = (verb: string, a: Assignment) => ({
    text: `${verb} ${place} ${key} "${a.value}"`,
    assignment: a,
  });
  const last = values.at(-1)!;
  if (values.length === 1) return [command('iniset', last)];
  return [
    { text: `inidelete ${place} ${key}`, assignment: values[0]! },
    command('iniset', last),
    ...values
      .slice(0, -1)
      .reverse()
      .map((a) => command('iniadd_literal', a)),
  ];
}
