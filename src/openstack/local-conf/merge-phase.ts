import { type BashLine, bashLine } from './bash-words.js';
import { type Assignment, iniCommands } from './ini-commands.js';
import { IniFile } from './ini-file.js';
import { type LocalConf, linesFor, type MetaSection } from './meta-sections.js';
import { readLines } from './read-lines.js';
import { type Shell, withVariables } from './shell.js';

/** Why devstack gives up, and stack.sh with it. */
export type StopReason = 'syntax' | 'operator' | 'command' | 'sed';

/** What became of one evaluated line. */
export interface Outcome {
  assignment: Assignment;
  /** The words that devstack's function got behind the file: section, option, value. */
  words: readonly string[];
  unsettled: readonly string[];
}

/** A header of the phase, with what came of it. */
interface Visit {
  section: MetaSection;
  /** The real file's name; undefined where it evaluates to nothing, which ends the phase. */
  path?: string;
  outcomes: Outcome[];
  dropped: Assignment[];
  unsettled: readonly string[];
}

export interface PhaseResult {
  visits: Visit[];
  /** Where stack.sh ends; what follows is not merged. */
  stopped?: { why: StopReason; section: MetaSection; assignment?: Assignment };
  /** Headers that are never come to, because a file's name before them was empty. */
  skipped: MetaSection[];
}

class Stop extends Error {
  readonly why: StopReason;
  readonly assignment: Assignment | undefined;

  constructor(why: StopReason, assignment?: Assignment) {
    super(why);
    this.why = why;
    this.assignment = assignment;
  }
}

/**
 * Merges a phase's files as devstack does, into `files` by their real names. A file whose header stands there twice is merged
 * twice, each time with all of its sections. `path` is local.conf's own name, which lines can see as `$1`.
 */
export function mergePhase(
  conf: LocalConf,
  phase: string,
  shell: Shell,
  files: Map<string, IniFile>,
  path: string,
): PhaseResult {
  const headers = conf.sections.filter((s) => s.group === phase && s.file !== '');
  const result: PhaseResult = { visits: [], skipped: [] };
  for (const [i, section] of headers.entries()) {
    const visit: Visit = { section, outcomes: [], dropped: [], unsettled: [] };
    result.visits.push(visit);
    const outer = withVariables(shell, { 1: path, '#': '1', localfile: path, matchgroups: phase, group: phase });
    const named = bashLine(`echo ${section.file}`, outer);
    visit.unsettled = named.unsettled;
    const words = named.commands[0]?.slice(1) ?? [];
    if (named.stop || named.commands.length > 1) {
      result.stopped = { why: named.stop ?? 'command', section };
      return result;
    }
    if (words.join('') === '') {
      result.skipped = headers.slice(i + 1);
      return result;
    }
    visit.path = words.join(' ');
    try {
      mergeFile(conf, visit, shell, files, { path, phase });
    } catch (e) {
      if (!(e instanceof Stop)) throw e;
      result.stopped = { why: e.why, section, ...(e.assignment ? { assignment: e.assignment } : {}) };
      return result;
    }
  }
  return result;
}

function mergeFile(
  conf: LocalConf,
  visit: Visit,
  shell: Shell,
  files: Map<string, IniFile>,
  { path, phase }: { path: string; phase: string },
): void {
  const name = visit.section.file;
  if (!files.has(visit.path!)) files.set(visit.path!, new IniFile());
  const { commands, dropped } = iniCommands(linesFor(conf, phase, name), name);
  visit.dropped = dropped;
  const own = { 1: path, 2: phase, 3: name, '#': '3', file: path, matchgroup: phase, configfile: name };
  for (const { text, assignment } of readLines(commands)) {
    const inside = withVariables(shell, { ...own, real_configfile: visit.path!, a: text });
    const line = bashLine(text, inside);
    carryOut(line, assignment, visit, files);
  }
}

function carryOut(line: BashLine, assignment: Assignment, visit: Visit, files: Map<string, IniFile>): void {
  if (line.stop) throw new Stop(line.stop, assignment);
  for (const [i, [verb, target = '', section = '', option = '', value = '']] of line.commands.entries()) {
    if (i > 0) throw new Stop('command', assignment);
    if (verb !== 'inidelete')
      visit.outcomes.push({ assignment, words: line.commands[i]!.slice(2), unsettled: line.unsettled });
    const known = files.get(target);
    const from = assignment.line;
    if (!known && verb !== 'iniset' && section !== '' && option !== '') throw new Stop('sed', assignment);
    const file = known ?? new IniFile();
    const done =
      verb === 'iniset'
        ? file.set(section, option, value, from)
        : verb === 'inidelete'
          ? file.delete(section, option)
          : file.add(section, option, value, from);
    if (!known && section !== '' && option !== '') files.set(target, file);
    if (!done) throw new Stop('sed', assignment);
  }
}
