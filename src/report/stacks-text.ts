import { type Stack, WAITING } from '../profile/folded.js';
import type { Sidecar } from '../profile/sidecar.js';

export interface StacksTextOptions {
  /** Where the stacks are: for speedscope, and folded. */
  readonly files: readonly string[];
  readonly sidecar: Sidecar;
  /** How many stacks to name. */
  readonly most: number;
}

/** Frames that are shown of a stack, from its root and from its end. */
const FIRST = 3;
const LAST = 3;

/** The stacks of a call in which it was longest. What a sampler saw is an estimate, so there is no table of it. */
export function stacksText(stacks: readonly Stack[], { files, sidecar, most }: StacksTextOptions): string {
  const { measured, wall_seconds: wall } = sidecar;
  const all = stacks.reduce((sum, { seconds }) => sum + seconds, 0);
  const waited = stacks.filter(isWait).reduce((sum, { seconds }) => sum + seconds, 0);
  const top = stacks.toSorted((a, b) => b.seconds - a.seconds).slice(0, most);
  const [speedscope, folded] = files;
  return [
    `${sidecar.target}: ${wall.toFixed(3)} s, ${measured?.samples ?? 0} samples of what ran, ${waited.toFixed(3)} s suspended`,
    '',
    `   ${speedscope}   for https://www.speedscope.app`,
    `   ${folded}   for flamegraph.pl and the like`,
    '',
    `   The ${Math.min(most, top.length)} stacks with most time, of ${stacks.length}; what ran is an estimate`,
    '',
    '  seconds   share  stack',
    ...top.map((one) => `${one.seconds.toFixed(3).padStart(9)} ${share(one.seconds, all)}  ${path(one)}`),
  ].join('\n');
}

const isWait = ({ frames }: Stack): boolean => frames.at(-1)?.name === WAITING;
const share = (part: number, all: number): string => `${all > 0 ? Math.round((part / all) * 100) : 0} %`.padStart(7);

function path({ frames }: Stack): string {
  const names = frames.map(({ name, file, line }) =>
    line === 0 ? name : `${name} (${file.split('/').slice(-1)[0]}:${line})`,
  );
  const between = names.length - FIRST - LAST;
  if (between <= 1) return names.join(' > ');
  return [...names.slice(0, FIRST), `… ${between} more …`, ...names.slice(-LAST)].join(' > ');
}
