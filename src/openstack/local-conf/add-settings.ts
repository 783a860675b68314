import { bashLine } from './bash-words.js';
import { assignments } from './ini-commands.js';
import { headerOf, settingLines } from './local-conf-text.js';
import { readLocalrc } from './localrc.js';
import { type LocalConf, linesOf, type MetaSection, parseLocalConf } from './meta-sections.js';
import { readLines } from './read-lines.js';
import type { Wanted } from './wanted.js';

/** A setting that the file has otherwise. */
export interface Conflict {
  wanted: Wanted;
  /** What is said of it, e.g. `[DEFAULT] rpc_response_timeout`. */
  what: string;
  theirs: string;
  ours: string;
  /** The lines that say otherwise; the last one counts. */
  lines: number[];
}

export interface Addition {
  conflicts: Conflict[];
  /** The settings that are there already as they should be. */
  there: number;
  /** The text with what is missing added, and the conflicts that `take` chooses settled as wanted. */
  text(take: (c: Conflict) => boolean): string;
}

/** Plans the settings into an existing local.conf: its text, order and comments stay. A password that is there is kept, and so is a number of computes that nobody has asked to change. */
export function addSettings(text: string, wanted: readonly Wanted[]): Addition {
  const conf = parseLocalConf(text);
  const conflicts: Conflict[] = [];
  const missing: Wanted[] = [];
  for (const w of wanted) {
    const found = w.kind === 'option' ? findOption(conf, w) : findInLocalrc(conf, w);
    if (found === undefined) missing.push(w);
    else if (found !== 'same') conflicts.push(found);
  }
  return {
    conflicts,
    there: wanted.length - missing.length - conflicts.length,
    text: (take) => {
      const taken = conflicts.filter(take);
      const settled = settle(text, taken);
      const more = taken.flatMap((c) => (c.wanted.kind === 'service' ? [{ ...c.wanted }] : []));
      return [...missing, ...more].reduce(insert, settled);
    },
  };
}

function findInLocalrc(conf: LocalConf, w: Wanted): Conflict | 'same' | undefined {
  const { variables, services } = readLocalrc(conf);
  if (w.kind === 'service') {
    const last = services.findLast((s) => s.name === w.name);
    if (!last) return undefined;
    if (!last.enabled) return 'same';
    return { wanted: w, what: w.name, theirs: 'enable_service', ours: 'disable_service', lines: [last.line.number] };
  }
  if (w.kind !== 'variable') return undefined;
  const found = variables.filter((v) => v.name === w.name);
  const last = found.at(-1);
  if (!last) return undefined;
  const value = last.written.replace(/\s+#.*$/, '').trim();
  const bare = /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
  if (bare === w.value || w.anyValue) return 'same';
  return { wanted: w, what: w.name, theirs: value, ours: w.value, lines: found.map((v) => v.line.number) };
}

function findOption(conf: LocalConf, w: Wanted & { kind: 'option' }): Conflict | 'same' | undefined {
  const found = sectionsOf(conf, w.file).flatMap((s) =>
    assignments(s.lines).filter((a) => a.section === w.section && a.key === w.option),
  );
  const last = found.at(-1);
  if (!last) return undefined;
  if (found.length === 1 && evaluated(last.value) === evaluated(w.value)) return 'same';
  const theirs = found.map((a) => a.value).join(', then ');
  const lines = found.map((a) => a.line.number);
  return { wanted: w, what: `[${w.section}] ${w.option}`, theirs, ours: w.value, lines };
}

/** The value as the file gets it, or as it is written where only devstack knows. */
function evaluated(value: string): string {
  const shell = { variable: () => null, output: () => null, names: () => null };
  const { commands, unsettled, stop } = bashLine(readLines([{ text: `iniset "${value}"` }])[0]?.text ?? '', shell);
  return stop || unsettled.length > 0 ? value : (commands[0]?.[1] ?? '');
}

/** The sections of a file in post-config, by whichever of its names. */
function sectionsOf(conf: LocalConf, file: string): MetaSection[] {
  const plain = (name: string) =>
    name
      .replace(/\$\{(\w+)\}/g, '$$$1')
      .replace(/^"(.*)"$/, '$1')
      .replace(/^\$NOVA_CONF_DIR\//, '/etc/nova/')
      .replace(/^\/etc\/nova\/nova\.conf$/, '$$NOVA_CONF');
  return conf.sections.filter((s) => s.group === 'post-config' && s.file !== '' && plain(s.file) === plain(file));
}

/** Puts the wanted value into the last line that has another, and takes the ones before it out. */
function settle(text: string, conflicts: readonly Conflict[]): string {
  const lines: (string | undefined)[] = text.split('\n');
  for (const { wanted: w, lines: at } of conflicts) {
    if (w.kind === 'service') continue;
    const last = at.at(-1)! - 1;
    if (w.kind === 'option') for (const n of at.slice(0, -1)) lines[n - 1] = undefined;
    const was = lines[last]!;
    const start = was.slice(0, was.indexOf('=') + 1);
    lines[last] =
      w.kind === 'variable' ? start + w.value : `${start}${/^[ \t]*/.exec(was.slice(start.length))![0]}${w.value}`;
  }
  return lines.filter((l) => l !== undefined).join('\n');
}

/** Adds a setting where its like stand: at the end of its section, of its file's last header, or of all. */
function insert(text: string, w: Wanted): string {
  const conf = parseLocalConf(text);
  const lines = linesOf(text).map((l) => l.text);
  const own = settingLines(w);
  const put = (behind: number, more: readonly string[]): string => {
    const next = lines[behind]?.startsWith('[[') ? [''] : [];
    lines.splice(behind, 0, ...more, ...next);
    return `${lines.join('\n')}\n`;
  };
  const places = w.kind === 'option' ? sectionsOf(conf, w.file) : localrcOf(conf);
  const place = places.at(-1);
  const section = w.kind === 'option' ? [`[${w.section}]`] : [];
  if (!place)
    return put(lines.length, [
      ...(lines.at(-1) === '' || lines.length === 0 ? [] : ['']),
      headerOf(w),
      ...section,
      ...own,
    ]);
  if (w.kind !== 'option') return put(endOf(place), own);
  for (const p of places.toReversed()) {
    const behind = endOfIniSection(p, w.section);
    if (behind !== undefined) return put(behind, own);
  }
  return put(endOf(place), [...(place.lines.length > 0 ? [''] : []), ...section, ...own]);
}

const localrcOf = (conf: LocalConf): MetaSection[] =>
  conf.sections.filter((s) => s.group === 'local' && s.file === 'localrc');

/** The number of the last line of a header's that says something: what is added goes behind it. */
const endOf = ({ header, lines }: MetaSection): number =>
  lines.findLast((l) => l.text.trim() !== '')?.number ?? header.number;

function endOfIniSection({ lines }: MetaSection, section: string): number | undefined {
  let inside = false;
  let end: number | undefined;
  for (const { text, number } of lines) {
    if (/^\[.+\]/s.test(text)) inside = /^\[([^\]]*)\][ \t]*(#.*)?$/.exec(text)?.[1] === section;
    // a comment may belong to what follows it
    if (inside && text.trim() !== '' && !/^\s*#/.test(text)) end = number;
  }
  return end;
}
