import type { Finding } from './finding.js';
import type { Sidecar } from './sidecar.js';
import { medianOf, type Spread, spreadOf } from './spread.js';

/** The captures of one target on one host. */
export interface HostShare {
  readonly host: string;
  readonly target: string;
  readonly captures: number;
  /** Of their calls, seconds that passed. */
  readonly seconds: Spread;
}

/** Of fewer calls a host, and of fewer hosts, nothing is said: there is always one that is the slowest. */
const LEAST_CALLS = 5;
const LEAST_HOSTS = 3;
/** An outlier is that many times as slow or as fast, */
const FACTOR = 1.5;
/** and so many times as far from the others as these and their calls are from each other. */
const FAR = 5;
/** A median absolute deviation, as a standard deviation; and the standard error of a median, of the normal distribution. */
const [MAD, MEDIAN_ERROR] = [1.4826, 1.2533];

/** By target and host, in the order of the captures; none where all are of one host, or one does not tell its own. */
export function byHost(sidecars: readonly (Sidecar | undefined)[]): HostShare[] {
  const all = sidecars.filter((one) => one !== undefined);
  if (all.length < sidecars.length || all.some((one) => one.host === null)) return [];
  if (new Set(all.map((one) => one.host)).size < 2) return [];
  return [...grouped(all, (one) => `${one.target}\n${one.host}`).values()].map((of) => ({
    host: of[0]!.host!,
    target: of[0]!.target,
    captures: of.length,
    seconds: spreadOf(of.map((one) => one.wall_seconds)),
  }));
}

/**
 * The hosts whose calls of a target take much longer than those of all others, or much shorter. Only warm calls that returned
 * count. A host is one only if all of its calls are beyond the others' medians: what one call in many does is no host's nature.
 */
export function outlierHosts(sidecars: readonly (Sidecar | undefined)[]): Finding[] {
  if (byHost(sidecars).length === 0) return [];
  const warm = sidecars.filter((one) => one !== undefined && !one.cold && one.outcome === 'returned') as Sidecar[];
  return [...grouped(warm, (one) => one.target).values()].flatMap((of) => outliersOf(of));
}

interface HostCalls {
  host: string;
  median: number;
  sorted: number[];
}

function outliersOf(sidecars: readonly Sidecar[]): Finding[] {
  const hosts: HostCalls[] = [...grouped(sidecars, (one) => one.host!).entries()]
    .map(([host, of]) => ({ host, sorted: sortedSeconds(of.map((one) => one.wall_seconds)) }))
    .filter(({ sorted }) => sorted.length >= LEAST_CALLS)
    .map((one) => ({ ...one, median: medianOf(one.sorted) }));
  if (hosts.length < LEAST_HOSTS) return [];
  return hosts.flatMap((one) => {
    const others = hosts.filter((other) => other !== one);
    return isOutlier(one, others) ? [outlier(one, others)] : [];
  });
}

function isOutlier({ median, sorted }: HostCalls, others: readonly HostCalls[]): boolean {
  const medians = sortedSeconds(others.map((one) => one.median));
  const middle = medianOf(medians);
  const between = MAD * deviation(medians, middle);
  const calls = others.flatMap((one) => one.sorted.map((seconds) => Math.abs(seconds - one.median)));
  const within = MAD * medianOf(sortedSeconds(calls));
  const error = MEDIAN_ERROR * within * Math.sqrt(1 / sorted.length + 1 / calls.length);
  if (Math.abs(median - middle) <= FAR * Math.hypot(between, error)) return false;
  return median > middle
    ? median > FACTOR * middle && sorted[0]! > medians.at(-1)!
    : median < middle / FACTOR && sorted.at(-1)! < medians[0]!;
}

const deviation = (values: readonly number[], middle: number): number =>
  medianOf(sortedSeconds(values.map((value) => Math.abs(value - middle))));

function outlier({ host, median, sorted }: HostCalls, others: readonly HostCalls[]): Finding {
  const { median: middle, least, most } = spreadOf(others.map((one) => one.median));
  const word = median > middle ? 'longer' : 'shorter';
  const sentence = `On ${host} the call takes ${word} than on the other ${others.length} hosts: ${fixed(median)} s in the median of ${sorted.length} warm calls, elsewhere ${fixed(middle)} s (${fixed(least)} to ${fixed(most)} by host).`;
  return { kind: 'outlier-host', sentence, rows: [] };
}

function grouped<T>(all: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}

const sortedSeconds = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
const fixed = (seconds: number): string => seconds.toFixed(3);
