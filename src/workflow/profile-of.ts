import { failure } from '../failure.js';
import { DoubtsOfEach } from '../profile/doubts-of-each.js';
import type { Finding } from '../profile/finding.js';
import { mergeSidecars } from '../profile/merge-sidecars.js';
import type { Sidecar } from '../profile/sidecar.js';
import type { Stats } from '../profile/stats.js';
import { StatsSum } from '../profile/stats-sum.js';
import { targetOf } from '../profile/target.js';
import type { Suspended } from '../profile/waiting.js';
import { type Here, readCapture } from './read-capture.js';

type WithProfile = Extract<Here, { stats: Stats }>;
export type WithoutProfile = Exclude<Here, WithProfile>;

/** One capture, or several added up. */
export interface Profile {
  readonly files: readonly string[];
  /** When each file was last written. */
  readonly when: readonly Date[];
  readonly stats: Stats;
  /** Of each file. */
  readonly sidecars: readonly (Sidecar | undefined)[];
  /** Of all together, as far as they say the same. */
  readonly sidecar: Sidecar | undefined;
  /** Where every capture tells its waits. */
  readonly suspended: Suspended | undefined;
  /** What is to be doubted of each, where they are several. */
  readonly doubts: readonly Finding[];
}

/** Of more, nobody reads what is to be said of each; it takes as long as reading them. */
const MOST_DOUBTED = 50;

/** @throws Failure NO_SUCH_FILE, BAD_PROFILE, BAD_SIDECAR, NO_PROFILE for several of which one has none */
export async function profileOf(files: readonly [string, ...string[]]): Promise<Profile | WithoutProfile> {
  const [first, ...more] = files;
  if (more.length === 0) {
    const here = await readCapture(first);
    return here.stats === undefined ? here : one(first, here);
  }
  const sum = new StatsSum();
  const doubts = new DoubtsOfEach();
  const read: { file: string; when: Date; sidecar: Sidecar | undefined; suspended: Suspended | undefined }[] = [];
  // pstats adds the others from the last to the second, and rows stand in that order
  for (const file of [first, ...more.reverse()]) {
    const here = await readCapture(file);
    if (here.stats === undefined) throw failure('NO_PROFILE', { file });
    sum.add(here.stats);
    if (files.length <= MOST_DOUBTED) doubts.add({ file, stats: here.stats, sidecar: here.sidecar });
    const { when, sidecar, suspended } = here;
    read.push({ file, when, sidecar, suspended });
  }
  const sidecars = read.map(({ sidecar }) => sidecar);
  return {
    files: read.map(({ file }) => file),
    when: read.map(({ when }) => when),
    stats: sum.stats(),
    sidecars,
    sidecar: mergeSidecars(sidecars),
    suspended: together(read.map(({ suspended }) => suspended)),
    doubts: doubts.findings(),
  };
}

function together(all: readonly (Suspended | undefined)[]): Suspended | undefined {
  const active = new StatsSum();
  for (const one of all) {
    if (one === undefined) return undefined;
    active.add(one.active);
  }
  return { active: active.stats(), waits: all.flatMap((one) => one!.waits) };
}

function one(file: string, { stats, isActive, when, sidecar, suspended }: WithProfile): Profile {
  const judged = sidecar && isActive ? asActive(stats, sidecar) : sidecar;
  return { files: [file], when: [when], stats, sidecars: [sidecar], sidecar: judged, suspended, doubts: [] };
}

/** Rows less their waits are to be judged by the time in them: what is said of wall time does not go for them. */
function asActive(stats: Stats, sidecar: Sidecar): Sidecar {
  return { ...sidecar, wall_seconds: targetOf(stats, sidecar).seconds, measured: null };
}
