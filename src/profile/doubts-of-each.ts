import { confidence } from './confidence.js';
import type { Finding, FindingKind } from './finding.js';
import { isUnreliable } from './insight.js';
import type { Sidecar } from './sidecar.js';
import { describe } from './source-place.js';
import type { Stats } from './stats.js';
import { type Target, targetOf } from './target.js';

/** One of the captures that are added up. */
export interface OneOfSeveral {
  readonly file: string;
  readonly stats: Stats;
  readonly sidecar: Sidecar | undefined;
}

/** What goes for one of them in particular, beside what makes one unreliable. The rest is as true of the sum. */
const OF_ONE: ReadonlySet<FindingKind> = new Set(['mixed', 'seconds-differ', 'sampled', 'uncounted', 'unfinished']);

/** In a sum, what makes one of its parts unreliable does not show; nor does it, whether all are of one target. */
export class DoubtsOfEach {
  private readonly found: Finding[] = [];
  private readonly targets = new Map<string, number>();
  private count = 0;

  /** Looks at one of them, and keeps nothing of it. */
  add({ file, stats, sidecar }: OneOfSeveral): void {
    this.count++;
    const target = targetOf(stats, sidecar);
    const name = targetName(target, sidecar);
    this.targets.set(name, (this.targets.get(name) ?? 0) + 1);
    for (const one of confidence(stats, target, sidecar).filter((one) => isUnreliable(one) || OF_ONE.has(one.kind))) {
      this.found.push({ ...one, sentence: `${file}: ${one.sentence}` });
    }
  }

  findings(): Finding[] {
    if (this.targets.size < 2) return this.found;
    const names = [...this.targets].map(([name, count]) => `${name} (${count})`).slice(0, MOST_NAMED);
    const more = this.targets.size > names.length ? ` and ${this.targets.size - names.length} more` : '';
    const sentence = `These ${this.count} captures are not of one target, so shares of their sum mean little: ${names.join(', ')}${more}.`;
    return [{ kind: 'targets-differ', sentence, rows: [] }, ...this.found];
  }
}

const MOST_NAMED = 5;

function targetName({ how, rows }: Target, sidecar: Sidecar | undefined): string {
  if (sidecar !== undefined) return describe(sidecar.function);
  return how === 'eventlet-start' ? "one that eventlet's profiler was started in" : describe(rows[0]!);
}
