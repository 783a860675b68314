import { headerTraps, PHASES } from './header-traps.js';
import type { IniFile } from './ini-file.js';
import { lineTraps } from './line-traps.js';
import { devstackShell, localrcTraps, readLocalrc } from './localrc.js';
import { mergePhase, type PhaseResult } from './merge-phase.js';
import { linesFor, parseLocalConf } from './meta-sections.js';
import { hidden } from './secrets.js';
import { inOrder, type Trap } from './trap.js';
import { stopTrap, valueTraps } from './value-traps.js';

interface CheckedSetting {
  section: string;
  option: string;
  value: string;
  /** The line of local.conf it comes from. */
  line: number;
}

export interface CheckedFile {
  path: string;
  /** The phases in which it is merged. */
  phases: string[];
  settings: CheckedSetting[];
}

export interface Checked {
  variables: { name: string; value: string; line: number }[];
  services: { name: string; enabled: boolean; line: number }[];
  /** What each file gets, in the order of its lines; devstack's own settings are beside them. */
  files: CheckedFile[];
  traps: Trap[];
}

/**
 * What devstack makes of a local.conf: what each file gets, as if nothing stood in it before, and the traps on the way.
 * `beside`: a file localrc stands in the same folder. Secrets are hidden.
 */
export function checkLocalConf(text: string, { path, beside }: { path: string; beside: boolean }): Checked {
  const seen = checkOnce(text, path, beside);
  const traps = [...seen.traps];
  // stack.sh ends at its first fault; what else is wrong is seen with the faulty line away
  const rest = text.split('\n');
  for (let at = seen.faulty; at !== undefined; ) {
    rest[at - 1] = '';
    const more = checkOnce(rest.join('\n'), path, beside);
    traps.push(...more.traps.filter((t) => t.line !== at));
    at = more.faulty;
  }
  const { faulty: _, ...checked } = seen;
  return { ...checked, traps: inOrder(distinct(traps)) };
}

/** As far as stack.sh comes; `faulty` is the line at which it ends. */
function checkOnce(text: string, path: string, beside: boolean): Checked & { faulty: number | undefined } {
  const conf = parseLocalConf(text);
  const localrc = readLocalrc(conf);
  const shell = devstackShell(localrc);
  const traps = [...headerTraps(conf), ...localrcTraps(conf, beside)];
  const files = new Map<string, IniFile>();
  const phases = new Map<string, Set<string>>();
  let stopped: PhaseResult['stopped'];
  for (const phase of PHASES) {
    for (const file of new Set(conf.sections.filter((s) => s.group === phase).map((s) => s.file))) {
      traps.push(...lineTraps(linesFor(conf, phase, file)));
    }
    if (stopped) continue;
    const result = mergePhase(conf, phase, shell, files, path);
    stopped = result.stopped;
    traps.push(...phaseTraps(result, phase));
    for (const { path: p } of result.visits) if (p) phases.set(p, (phases.get(p) ?? new Set()).add(phase));
  }
  return {
    variables: beside
      ? []
      : localrc.variables.map((v) => ({ name: v.name, value: hidden(v.name, v.written), line: v.line.number })),
    services: beside ? [] : localrc.services.map((s) => ({ name: s.name, enabled: s.enabled, line: s.line.number })),
    files: [...files].map(([p, file]) => ({ path: p, phases: [...(phases.get(p) ?? [])], settings: settingsOf(file) })),
    traps,
    faulty: stopped?.assignment?.line.number,
  };
}

function phaseTraps({ visits, stopped, skipped }: PhaseResult, phase: string): Trap[] {
  const traps: Trap[] = [];
  for (const { section, path, outcomes, unsettled } of visits) {
    const { number: line, text } = section.header;
    const column = text.indexOf('|') + 2;
    for (const part of unsettled) {
      const says = `what ${part} is, only devstack knows: if nothing, this and every later file of ${phase} is skipped`;
      traps.push({ line, column, effect: 'note', says });
    }
    if (path === undefined && !stopped) {
      const says = `${section.file} is empty: devstack skips this and every later file of ${phase}`;
      traps.push({ line, column, effect: 'lost', says });
    }
    traps.push(...outcomes.flatMap(valueTraps));
  }
  for (const { header } of skipped) {
    traps.push({ line: header.number, column: 1, effect: 'lost', says: `is skipped, with the rest of ${phase}` });
  }
  if (stopped) traps.push(stopTrap(stopped.why, (stopped.assignment?.line ?? stopped.section.header).number));
  return traps;
}

function settingsOf(file: IniFile): CheckedSetting[] {
  const settings: CheckedSetting[] = [];
  let section = '';
  for (const { text, from } of file.lines) {
    if (/^\[.*\]/.test(text)) section = text.slice(1, text.indexOf(']'));
    const equals = text.indexOf(' =');
    if (equals < 0 || text.startsWith('[')) continue;
    const option = text.slice(0, equals);
    const value = text.slice(equals + 2).trimStart();
    settings.push({ section, option, value: hidden(option, value), line: from?.number ?? 0 });
  }
  return settings;
}

/** A file that is merged twice meets its traps twice. */
const distinct = (traps: readonly Trap[]): Trap[] => [
  ...new Map(traps.map((t) => [`${t.line}:${t.column}:${t.says}`, t])).values(),
];
