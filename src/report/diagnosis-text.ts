import type { Diagnosis } from '../openstack/doctor/diagnosis.js';
import { type Finding, plural, shortList, type Verdict } from '../openstack/doctor/finding.js';

const VERDICTS: readonly Verdict[] = ['ok', 'warn', 'fail', 'skip'];
/** Narrower lines than this are no easier to read. */
const LEAST_PLACE = 30;

/**
 * A diagnosis as a table, by topics; what to do stands below what was found.
 * @param width columns there are; none where nothing wraps, as in a pipe
 */
export function diagnosisText({ checks, counts }: Diagnosis, width?: number): string {
  const titles = Math.max(...checks.map((c) => c.title.length));
  const before = 2 + 4 + 2 + titles + 2;
  const room = width === undefined ? Number.POSITIVE_INFINITY : Math.max(width - before, LEAST_PLACE);
  const out: string[] = [];
  for (const topic of new Set(checks.map((c) => c.topic))) {
    out.push(...(out.length > 0 ? [''] : []), topic);
    for (const { title, findings } of checks.filter((c) => c.topic === topic)) {
      for (const [n, finding] of findings.entries()) {
        const lines = finding.next === undefined ? [] : wrapped(`→ ${finding.next}`, room);
        const head = `  ${finding.verdict.padEnd(4)}  ${(n === 0 ? title : '').padEnd(titles)}  `;
        out.push(
          ...[...wrapped(said(finding), room), ...lines].map((l, i) => (i === 0 ? head : ' '.repeat(before)) + l),
        );
      }
    }
  }
  const found = VERDICTS.filter((v) => counts[v] > 0).map((v) => `${counts[v]} ${v}`);
  const findings = VERDICTS.reduce((sum, v) => sum + counts[v], 0);
  return `${out.join('\n')}\n\n${plural(checks.length, 'check')}, ${plural(findings, 'finding')}: ${found.join(', ')}\n`;
}

const said = ({ services, says }: Finding): string => (services?.length ? `${shortList(services)}: ${says}` : says);

function wrapped(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
