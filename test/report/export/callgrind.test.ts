import { describe, expect, it } from 'vitest';
import { apportion } from '../../../src/profile/apportion.js';
import { type CallgrindFunction, parseCallgrind } from './callgrind-parser.js';
import { speedscopeImporter } from './speedscope-importer.js';
import { ALL, exportOf, HARD } from './subjects.js';

const nanos = (seconds: number): number => Math.max(0, Math.round(seconds * 1e9));
const keyOf = ({ file, name }: Pick<CallgrindFunction, 'file' | 'name'>): string => `${file}\n${name}`;

describe.each(ALL)('%s, parsed strictly', (_, stats) => {
  const { text, notes } = exportOf(stats, 'callgrind');
  const { functions, header, totals } = parseCallgrind(text);

  it('has each function once, with its own time, and the sum', () => {
    expect(new Set(functions.map(keyOf)).size).toBe(functions.length);
    const rows = functions.slice(0, stats.columns.nc.length);
    expect(rows.map(({ own }) => own)).toEqual(Array.from(stats.columns.tt, nanos));
    expect(totals).toBe(rows.reduce((sum, { own }) => sum + own, 0));
    expect(header.get('summary')).toBe(String(totals));
    expect(header.get('desc') ?? '').toBe(notes.map((note) => `Note: ${note}`).join('\n'));
  });

  it('has the time of a callee with its callers, in all what these have of it', () => {
    const inclusive = new Map<string, number>();
    const calls = new Map<string, number>();
    for (const one of functions.flatMap((f) => f.calls)) {
      inclusive.set(keyOf(one), (inclusive.get(keyOf(one)) ?? 0) + one.inclusive);
      calls.set(keyOf(one), (calls.get(keyOf(one)) ?? 0) + one.count);
    }
    const { edgeFrom, edgeNc, times } = apportion(stats.columns).columns;
    for (let row = 0; row < stats.columns.nc.length; row++) {
      let [time, count] = [0, 0];
      for (let edge = edgeFrom[row]!; edge < edgeFrom[row + 1]!; edge++) {
        time += nanos(times!.ct[edge]!);
        count += Math.max(0, edgeNc[edge]!);
      }
      const key = keyOf(functions[row]!);
      expect([inclusive.get(key) ?? 0, calls.get(key) ?? 0]).toEqual([time, count]);
    }
  });
});

it('is read by speedscope too', async () => {
  const imported = await speedscopeImporter()('callgrind.out.x', exportOf(HARD.names!, 'callgrind').bytes);
  const names: string[] = [];
  imported.forEachFrame(({ name }) => names.push(name));
  expect(names).toContain('Grüße 世界');
});
