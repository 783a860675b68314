import { evidence, type Finding, type FindingKind } from './finding.js';
import { knownCalls } from './known-calls.js';
import type { Sidecar } from './sidecar.js';
import type { Row, Stats } from './stats.js';
import { isSimulated, type Target } from './target.js';

const DISAGREE = 0.1;
/** cProfile knows no caller for what the frame calls that switched it on, so a few functions never add up. */
const FEW_UNEQUAL = 5;
const FEW_UNEQUAL_SHARE = 0.005;
/** Shorter differences are the clocks' own. Seconds. */
const LEAST_DIFFERENCE = 0.001;
/** Parts of the call from which on it is worth a sentence. */
const LEAST_BESIDE = 0.05;
const LEAST_OVERHEAD = 0.1;

/** What a reader has to know before believing the figures. Silent where there is nothing to say. */
export function confidence(stats: Stats, target: Target, sidecar?: Sidecar): Finding[] {
  const found = [
    ...cutOff(stats, target, sidecar),
    ...unequalCallers(stats),
    ...impossible(stats),
    ...sampled(stats),
    ...uncounted(stats),
    ...unknownClock(target, sidecar),
  ];
  if (target.how !== 'sidecar') found.push(...outside(stats, target));
  if (sidecar === undefined) return found;
  return [
    ...presence(target, sidecar),
    ...mixed(target, sidecar),
    ...found,
    ...parallel(stats, sidecar),
    ...circumstances(sidecar),
  ];
}

function presence(target: Target, sidecar: Sidecar): Finding[] {
  const differs = secondsDiffer(target, sidecar);
  const { name } = sidecar.function;
  const seconds = `${target.seconds.toFixed(3)} of the ${sidecar.wall_seconds.toFixed(3)} s the call took`;
  if (target.how === 'sidecar') {
    if (!differs) return [];
    // eventlet's profiler stops its clock while it works itself, so what is missing is just that
    if (sidecar.engine === 'eventlet' && target.seconds < sidecar.wall_seconds) {
      const own = (sidecar.wall_seconds - target.seconds).toFixed(3);
      return [
        say(
          'overhead',
          `The profiler itself took another ${own} s, which is in no row: the call took ${sidecar.wall_seconds.toFixed(3)} s.`,
          [],
        ),
      ];
    }
    return [say('seconds-differ', `The capture accounts for ${seconds}: it does not fit the call.`, target.rows)];
  }
  if (differs) {
    const cut = `profiling was cut off or began elsewhere, so shares do not hold`;
    return [say('target-missing', `${name} is missing from the capture, which holds ${seconds}: ${cut}.`, target.rows)];
  }
  return [
    say(
      'target-inside',
      `${name} has no row because profiling began inside it; shares are of all it called.`,
      target.rows,
    ),
  ];
}

function secondsDiffer(target: Target, { wall_seconds: wall, clock }: Sidecar): boolean {
  if (clock === 'cpu') return false; // that of one greenlet or thread, which nothing else has measured
  const difference = Math.abs(target.seconds - wall);
  return difference > LEAST_DIFFERENCE && difference > DISAGREE * Math.max(wall, target.seconds);
}

function mixed(target: Target, sidecar: Sidecar): Finding[] {
  if (sidecar.engine === 'profkit') return sidecar.scope === 'process' ? [ofAll()] : [];
  const { in_flight, let_pass } = sidecar.calls;
  const calls = target.how === 'sidecar' ? target.rows[0]!.cc : 1;
  const reasons: string[] = [];
  if (seesOthers(sidecar) && in_flight > 0)
    reasons.push(`${times(in_flight, 'call')} of the target ran already when it began`);
  if (seesOthers(sidecar) && let_pass > 0) reasons.push(`${times(let_pass, 'more')} began meanwhile`);
  if (calls > 1) reasons.push(`one call was captured, and its row counts ${calls}`);
  if (reasons.length === 0) return [];
  const how =
    sidecar.engine === 'eventlet' && target.how === 'sidecar' && calls <= 1
      ? 'not in its counts, but what it waited for is the time in which they worked'
      : 'in its rows and in its times';
  return [
    say(
      'mixed',
      `This engine's capture holds other requests too: ${reasons.join(', ')}; they are ${how}.`,
      target.rows,
    ),
  ];
}

function ofAll(): Finding {
  const sentence =
    'All greenlets of the thread were followed (--scope process): the rows hold the work of other requests too.';
  return say('mixed', sentence, []);
}

/** Eventlet's knows wall time alone; cProfile follows every thread from Python 3.12 on. */
function seesOthers({ engine, python }: Sidecar): boolean {
  if (engine !== 'cprofile') return engine === 'eventlet';
  const [major = 0, minor = 0] = python.split('.').map(Number);
  return major > 3 || (major === 3 && minor >= 12);
}

/** What our own engine followed beyond the call's own greenlet or thread, where times add up to more than passed. */
function parallel(stats: Stats, { measured, wall_seconds: wall, clock }: Sidecar): Finding[] {
  const { greenlets = 0, tasks = 0 } = measured ?? {};
  const { seconds } = stats.totals;
  const more = seconds - wall > Math.max(LEAST_DIFFERENCE, wall * LEAST_BESIDE);
  if (greenlets + tasks === 0 || clock !== 'wall' || !more) return [];
  const who = [greenlets > 0 && times(greenlets, 'greenlet'), tasks > 0 && `${times(tasks, 'task')} in pools`];
  const sentence = `The call started ${who.filter(Boolean).join(' and ')}, whose rows stand beside its own: their time and the waiting for them both count, ${seconds.toFixed(3)} s in all of a call that took ${wall.toFixed(3)} s.`;
  return [say('parallel', sentence, [])];
}

function unequalCallers(stats: Stats): Finding[] {
  if (stats.totals.isSampled) return []; // a sample of a function is none of its caller's line
  const unequal = stats.rows.filter((row) => row.nc >= 0 && row.callers.length > 0 && knownCalls(row) !== row.nc);
  if (unequal.length <= Math.max(FEW_UNEQUAL, FEW_UNEQUAL_SHARE * stats.rows.length)) return [];
  const longest = unequal.toSorted((a, b) => b.ct - a.ct).slice(0, 5);
  const sentence = `${unequal.length} of ${stats.rows.length} functions were called more or less often than their callers called them: the profile lost or mixed up calls.`;
  return [say('callers-differ', sentence, longest)];
}

/**
 * Eventlet's profiler sees the `stop()` that ends it, as the last call of the one that began. Where that is not there, another
 * request's `stop()` ended this one's, for they share one profiler. A capture with a sidecar tells more exactly.
 */
function cutOff(stats: Stats, { how, rows }: Target, sidecar: Sidecar | undefined): Finding[] {
  if (sidecar !== undefined || how !== 'eventlet-start') return [];
  const [start] = rows;
  const ended = stats.rows.some(({ name, file, callers }) => {
    return name === 'stop' && file.endsWith('/profile.py') && callers.some(({ caller }) => caller === start!.id);
  });
  if (ended) return [];
  const sentence =
    "This capture is not to be trusted: no stop() of the profiled call's own is in it, so something else switched the profiler off, as another request's stop() does; what this call did afterwards is not in it.";
  return [say('cut-off', sentence, rows)];
}

/** Less time than nothing, or more in a function itself than in it and all it called. */
function impossible(stats: Stats): Finding[] {
  const odd = stats.rows.filter(({ tt, ct, nc, cc }) => {
    return tt < -LEAST_DIFFERENCE || ct < -LEAST_DIFFERENCE || tt > ct + LEAST_DIFFERENCE || cc > nc;
  });
  if (odd.length <= FEW_UNEQUAL_SHARE * stats.rows.length) return [];
  const sentence = `${odd.length} of ${stats.rows.length} functions have figures that no call can have: less time than nothing, more time of their own than altogether, or more primitive calls than calls.`;
  return [say('impossible', sentence, odd.slice(0, 5))];
}

function sampled({ totals }: Stats): Finding[] {
  if (!totals.isSampled) return [];
  const sentence =
    "This is a sampling profiler's file: its calls are samples, and times are estimates by them; how often a function was called is not in it.";
  return [say('sampled', sentence, [])];
}

/** As pyinstrument writes it: -1 for what it does not know. */
function uncounted({ columns }: Stats): Finding[] {
  if (!columns.nc.some((calls) => calls < 0)) return [];
  const sentence =
    'Calls of -1 were not counted by the profiler that wrote this: how often a function was called is not in it.';
  return [say('uncounted', sentence, [])];
}

/** What else was going on while the profiler was on: it is in the totals, and in no share. */
function outside(stats: Stats, target: Target): Finding[] {
  const { seconds } = stats.totals;
  const more = seconds - target.seconds;
  if (target.how !== 'eventlet-start' || more < LEAST_BESIDE * seconds) return [];
  const others = stats.rows.filter((row) => isSimulated(row) && row.name === 'new_tasklet');
  const sentence = `Of the ${seconds.toFixed(3)} s in this capture, ${more.toFixed(3)} s were not the call's: other greenlets and the hub. Shares are of the call's ${target.seconds.toFixed(3)} s.`;
  return [say('outside', sentence, others)];
}

// Eventlet counts CPU time unless told otherwise. The file does not say, so neither can a capture without a sidecar.
function unknownClock(target: Target, sidecar: Sidecar | undefined): Finding[] {
  if (sidecar !== undefined || !target.rows.some(isSimulated)) return [];
  const sentence =
    'Nothing says which clock this was: eventlet by itself counts CPU time, in which waiting for a database or a service does not show, and its own work for each call does.';
  return [say('clock-unknown', sentence, [])];
}

/** How the call went, and what the probe says of itself: for captures without a profile as well. */
export function circumstances(sidecar: Sidecar): Finding[] {
  const { outcome, exception, calls, cold, errors, clock, wall_seconds } = sidecar;
  const found = [...unfinished(sidecar), ...overhead(sidecar), ...chosen(sidecar)];
  if (clock === 'cpu')
    found.push(say('cpu-time', `The times are the CPU's; the call took ${wall_seconds.toFixed(3)} s.`, []));
  if (outcome === 'raised') found.push(say('raised', `The call ended with ${exception ?? 'an exception'}.`, []));
  if (calls.let_pass > 0) {
    found.push(
      say('let-pass', `${times(calls.let_pass, 'call')} of the target ran unprofiled while this one was captured.`, []),
    );
  }
  if (cold) found.push(say('cold', 'This was the first call of the target in this process: caches were cold.', []));
  if (errors.length > 0) found.push(say('probe-errors', `The probe met errors of its own: ${errors.join('; ')}.`, []));
  return found;
}

/** By --when: these calls may be unlike the others. */
function chosen({ when, calls: { when_missed = 0, when_undecided = 0 } }: Sidecar): Finding[] {
  if (when === null) return [];
  const left = when_missed + when_undecided;
  const untold = when_undecided > 0 ? `, ${when_undecided} because it could not be told of them` : '';
  const sentence = `Only calls with ${when} are captured; ${left} before this one ${left === 1 ? 'was' : 'were'} left out in its process${untold}.`;
  return [say('when', sentence, [])];
}

function unfinished({ measured }: Sidecar): Finding[] {
  if (measured === null || measured.unfinished === 0) return [];
  const sentence = `${measured.unfinished} of the ${times(measured.tasks, 'task')} that the call handed to pools had not ended with it: what they did afterwards is not in the capture.`;
  return [say('unfinished', sentence, [])];
}

/** Our own engine's work is in the times, for it stops no clock. */
function overhead({ measured, wall_seconds: wall }: Sidecar): Finding[] {
  const own = measured?.overhead_seconds ?? 0;
  if (own < Math.max(LEAST_DIFFERENCE, wall * LEAST_OVERHEAD)) return [];
  const sentence = `About ${own.toFixed(3)} s of the ${wall.toFixed(3)} s are the profiler's own work, an estimate; it is in the times, most where calls are many and short.`;
  return [say('overhead', sentence, [])];
}

function say(kind: FindingKind, sentence: string, rows: readonly Row[]): Finding {
  return { kind, sentence, rows: rows.map(evidence) };
}

function times(count: number, what: string): string {
  return `${count} ${what}${count === 1 || what === 'more' ? '' : 's'}`;
}
