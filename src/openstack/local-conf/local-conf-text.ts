import type { Wanted } from './wanted.js';

const WIDTH = 100;

/** A reason as comment lines. */
function comment(why: string): string[] {
  const lines: string[] = [];
  for (const word of why.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines;
}

/** The lines of a setting, under its header and section. */
export function settingLines(w: Wanted): string[] {
  const why = w.why ? comment(w.why) : [];
  if (w.kind === 'variable') return [...why, `${w.name}=${w.value}`];
  if (w.kind === 'service') return [...why, `disable_service ${w.name}`];
  return [...why, `${w.option} = ${w.value}`];
}

export const headerOf = (w: Wanted): string =>
  w.kind === 'option' ? `[[post-config|${w.file}]]` : '[[local|localrc]]';

/** A whole local.conf. Its options must come file by file and section by section. */
export function localConfText(wanted: readonly Wanted[]): string {
  const out = comment(
    'devstack for profiling Nova, after its guide "Profiling With Eventlet". What each file gets of it: profkit localconf --check local.conf',
  );
  const sections = wanted.filter((w) => w.kind === 'option');
  out.push('', '[[local|localrc]]');
  for (const w of wanted) {
    if (w.kind === 'option') continue;
    if (w.why && out.at(-1) !== '[[local|localrc]]') out.push('');
    out.push(...settingLines(w));
  }
  for (const file of new Set(sections.map((w) => w.file))) {
    const own = sections.filter((w) => w.file === file);
    out.push('', headerOf(own[0]!));
    for (const section of new Set(own.map((w) => w.section))) {
      if (out.at(-1) !== headerOf(own[0]!)) out.push('');
      out.push(`[${section}]`, ...own.filter((w) => w.section === section).flatMap(settingLines));
    }
  }
  return `${out.join('\n')}\n`;
}
