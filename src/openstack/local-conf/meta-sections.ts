/** A line of a file, numbered from 1, without its line feed. */
export interface Line {
  number: number;
  text: string;
}

/** What stands under one `[[group|file]]`, up to the next such header. */
export interface MetaSection {
  header: Line;
  /** The phase in which it is merged, as devstack reads it: the header's first word ends at its first blank. */
  group: string;
  /** The file that is meant, unexpanded; empty where the header has nothing there, and then it is ignored. */
  file: string;
  lines: Line[];
}

export interface LocalConf {
  /** Lines that stand above the first header, which nobody reads. */
  before: Line[];
  sections: MetaSection[];
}

const HEADER = /^\[\[.+\|.*\]\]/s;

/** awk's `$1` of a line that starts with no blank. */
export const firstWord = (text: string): string => /^[^ \t]*/.exec(text)![0];

export const withoutBrackets = (text: string): string => text.replace(/[[\]]/g, '');

export function linesOf(text: string): Line[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, i) => ({ number: i + 1, text: line }));
}

/** A local.conf in its sections, cut where devstack cuts it. */
export function parseLocalConf(text: string): LocalConf {
  const conf: LocalConf = { before: [], sections: [] };
  for (const line of linesOf(text)) {
    if (HEADER.test(line.text)) {
      const [group, file] = withoutBrackets(firstWord(line.text)).split('|');
      conf.sections.push({ header: line, group: group!, file: file ?? '', lines: [] });
    } else (conf.sections.at(-1)?.lines ?? conf.before).push(line);
  }
  return conf;
}

/** All lines of a file in a phase: its sections are read as one, however often its header stands there. */
export const linesFor = (conf: LocalConf, group: string, file: string): Line[] =>
  conf.sections.filter((s) => s.group === group && s.file === file && file !== '').flatMap((s) => s.lines);
