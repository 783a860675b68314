import { coldOnly } from '../profile/cold-only.js';
import type { Finding } from '../profile/finding.js';
import { middleOf, type Repeats, repeatsOf } from '../profile/repeats.js';
import type { Sidecar } from '../profile/sidecar.js';
import { targetOf } from '../profile/target.js';
import { type RepeatRow, repeatsLines } from '../report/repeats-table.js';
import { summaryLines } from '../report/summary.js';
import { analyze } from './analyze.js';
import type { Shot } from './fire.js';
import { readCapture } from './read-capture.js';

/** A call of several, with its capture here. */
interface Repeated {
  n: number;
  file: string;
  sidecar: Sidecar;
}

export interface RepeatsAnalysis extends Repeats {
  /** Of the cold and of the warm call in the middle; null where there is none. */
  findings: { cold: readonly Finding[] | null; warm: readonly Finding[] | null };
  /** What the cold call in the middle did that the warm one did not, in sentences. */
  coldness: readonly string[];
  text: string;
}

const MOST_ROWS = '10';

export const repeatRows = (shots: readonly Shot[]): RepeatRow[] =>
  shots.map(({ n, server, capture: { sidecar } }) => ({ n, sidecar, outcome: server?.status ?? '' }));

/** What calls of one target took, cold and warm apart; what makes the difference; and what the warm one in the middle means. */
export async function analyzeRepeats(
  shots: readonly Shot[],
  files: readonly string[],
  width: number | undefined,
): Promise<RepeatsAnalysis> {
  const all = shots.map(({ n, capture: { sidecar } }, i): Repeated => ({ n, file: files[i]!, sidecar }));
  const repeats = repeatsOf(all.map(({ sidecar }) => sidecar));
  const [cold, warm] = [all.filter(({ sidecar }) => sidecar.cold), all.filter(({ sidecar }) => !sidecar.cold)];
  const [middleCold, middleWarm] = [middleOf(cold), middleOf(warm)];
  const coldness = middleCold && middleWarm ? await differences(middleWarm, middleCold) : [];
  const options = { sort: ['cumulative'], limit: [MOST_ROWS], width };
  const of = async (one: Repeated | undefined) => (one ? analyze([one.file], options) : undefined);
  const [analyzedCold, analyzedWarm] = [await of(middleCold), await of(middleWarm)];
  const shown = middleWarm ?? middleCold!;
  const said = [
    ...coldness.map((sentence) => ({ sentence })),
    ...(warm.length > 0
      ? []
      : [{ sentence: 'None was warm: each process takes its first call cold. Repeat more often.' }]),
  ];
  const text = [
    ...repeatsLines(repeatRows(shots), repeats),
    ...(said.length > 0 ? ['', ...summaryLines(said, Math.min(width ?? 100, 120))] : []),
    '',
    `   The ${shown.sidecar.cold ? 'cold' : 'warm'} one in the middle, number ${shown.n}:`,
    '',
    (analyzedWarm ?? analyzedCold)!.text,
  ].join('\n');
  const findings = { cold: analyzedCold?.findings ?? null, warm: analyzedWarm?.findings ?? null };
  return { ...repeats, findings, coldness, text };
}

/** What the cold call did and the warm one did not, in words; nothing where a capture has no rows. */
async function differences(warm: Repeated, cold: Repeated): Promise<readonly string[]> {
  const [before, after] = await Promise.all([cold, warm].map(({ file }) => readCapture(file)));
  if (!before?.stats || !after?.stats) return [];
  const sentence = coldOnly(before.stats, targetOf(before.stats, before.sidecar), after.stats);
  return sentence === undefined ? [] : [sentence];
}
