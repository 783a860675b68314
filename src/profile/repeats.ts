import type { Sidecar } from './sidecar.js';
import { type Spread, spreadOf } from './spread.js';

/** Calls of one kind, of which at least one was captured. Seconds. */
export interface Alike {
  captures: number;
  /** How many processes they were in. */
  processes: number;
  wall: Spread;
  /** Less the waits; null where not all know it. */
  active: Spread | null;
}

/** Repeats of one call: those that were the first of their process, and the others. */
export interface Repeats {
  cold: Alike | null;
  warm: Alike | null;
}

/** Told apart by the captures themselves: each process of a service has caches of its own, and so a cold call of its own. */
export function repeatsOf(sidecars: readonly Sidecar[]): Repeats {
  return { cold: alike(sidecars.filter(({ cold }) => cold)), warm: alike(sidecars.filter(({ cold }) => !cold)) };
}

function alike(sidecars: readonly Sidecar[]): Alike | null {
  if (sidecars.length === 0) return null;
  const active = sidecars.flatMap(({ active_seconds }) => (active_seconds === null ? [] : [active_seconds]));
  return {
    captures: sidecars.length,
    processes: new Set(sidecars.map(({ pid }) => pid)).size,
    wall: spreadOf(sidecars.map(({ wall_seconds }) => wall_seconds)),
    active: active.length === sidecars.length ? spreadOf(active) : null,
  };
}

/** Which of them stands for all: the one in the middle by its time, of an even number the quicker. */
export function middleOf<T extends { sidecar: Sidecar }>(captures: readonly T[]): T | undefined {
  const sorted = captures.toSorted((a, b) => a.sidecar.wall_seconds - b.sidecar.wall_seconds);
  return sorted[(sorted.length - 1) >> 1];
}
