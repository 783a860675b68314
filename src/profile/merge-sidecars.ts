import type { Measured, Sidecar } from './sidecar.js';

/**
 * One sidecar for captures that are added up: figures are sums, and sizes of arguments stand where all have the same. Undefined
 * where they are not of one kind: another target, engine, scope or clock, or one that has none.
 */
export function mergeSidecars(sidecars: readonly (Sidecar | undefined)[]): Sidecar | undefined {
  const all = sidecars.filter((one) => one !== undefined);
  const [first] = all;
  if (first === undefined || all.length < sidecars.length || !all.every((one) => isAlike(one, first))) return undefined;
  const sum = (figure: (one: Sidecar) => number) => all.reduce((total, one) => total + figure(one), 0);
  const works = all.map((one) => one.active_seconds).filter((seconds) => seconds !== null);
  return {
    ...first,
    when: common(all, 'when'),
    request_id: common(all, 'request_id'),
    global_request_id: common(all, 'global_request_id'),
    host: common(all, 'host'),
    ids: all.flatMap((one) => one.ids),
    sizes: commonSizes(all),
    wall_seconds: sum((one) => one.wall_seconds),
    cpu_seconds: sum((one) => one.cpu_seconds),
    active_seconds: works.length < all.length ? null : works.reduce((total, one) => total + one, 0),
    outcome: all.some((one) => one.outcome === 'raised') ? 'raised' : 'returned',
    cold: all.every((one) => one.cold),
    measured: measuredOf(all),
    calls: {
      number: sum((one) => one.calls.number),
      let_pass: sum((one) => one.calls.let_pass),
      in_flight: sum((one) => one.calls.in_flight),
      when_missed: sum((one) => one.calls.when_missed ?? 0),
      when_undecided: sum((one) => one.calls.when_undecided ?? 0),
    },
    errors: [...new Set(all.flatMap((one) => one.errors))],
  };
}

function common<K extends keyof Sidecar>(all: readonly Sidecar[], field: K): Sidecar[K] | null {
  return all.every((one) => one[field] === all[0]![field]) ? all[0]![field] : null;
}

function isAlike(a: Sidecar, b: Sidecar): boolean {
  const { function: f } = a;
  const { function: g } = b;
  return (
    f.file === g.file &&
    f.name === g.name &&
    a.engine === b.engine &&
    a.scope === b.scope &&
    a.clock === b.clock &&
    a.when === b.when
  );
}

function commonSizes(all: readonly Sidecar[]): Record<string, number> {
  const [first] = all;
  return Object.fromEntries(
    Object.entries(first!.sizes).filter(([name, size]) => all.every((one) => one.sizes[name] === size)),
  );
}

function measuredOf(all: readonly Sidecar[]): Measured | null {
  const each = all.map((one) => one.measured).filter((one) => one !== null);
  if (each.length < all.length) return null;
  const sum = { ...each[0]! };
  for (const one of each.slice(1)) {
    for (const key of Object.keys(one) as (keyof Measured)[]) sum[key] = (sum[key] ?? 0) + (one[key] ?? 0);
  }
  return sum;
}
