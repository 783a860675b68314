// Profiles spoilt in every way, read and used to the full: node test/fuzz/fuzz.mjs [COUNT] [SEED]. Needs the build.
// Says as JSON how many were read and refused, the slowest, the most memory, and what went wrong.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findings } from '../../dist/profile/insight.js';
import { sortStats } from '../../dist/profile/sort.js';
import { readProfile } from '../../dist/profile/stats.js';
import { stripDirs } from '../../dist/profile/strip-dirs.js';
import { printCallees, printCallers } from '../../dist/report/pstats-callers.js';
import { printStats } from '../../dist/report/pstats-text.js';
import { mutate } from './mutate.mjs';
import { randomOf } from './random.mjs';

const OURS = new Set(['MarshalError', 'StatsError']);
/** Of those that can be read, so many are kept for Python's marshal to judge. */
const KEPT = 300;

const [count = '100000', seed = '1', seedsFile = '', keptFile = ''] = process.argv.slice(2);
const seeds = JSON.parse(readFileSync(seedsFile || join(import.meta.dirname, 'seeds.json'), 'utf8')).map((text) =>
  Buffer.from(text, 'base64'),
);
const random = randomOf(Number(seed));
const done = { read: 0, refused: 0, slowest: 0, largest: 0, peak: 0, wrong: [] };
const kept = [];

for (let i = 0; i < Number(count); i++) {
  const bytes = mutate(seeds, random);
  const before = process.cpuUsage();
  try {
    use(readProfile(bytes));
    done.read++;
    if (kept.length < KEPT || random() < KEPT / done.read) keep(bytes);
  } catch (error) {
    if (OURS.has(error?.name) && Number.isInteger(error.offset)) done.refused++;
    else if (done.wrong.length < 5)
      done.wrong.push({ bytes: Buffer.from(bytes).toString('base64'), stack: String(error?.stack ?? error) });
  }
  const { user, system } = process.cpuUsage(before);
  done.slowest = Math.max(done.slowest, (user + system) / 1e6);
  done.largest = Math.max(done.largest, bytes.length);
}
done.peak = process.resourceUsage().maxRSS * 1024;
if (keptFile) writeFileSync(keptFile, JSON.stringify(kept));
console.log(JSON.stringify(done));

function use(stats) {
  printStats(stats, { order: sortStats(stats, ['cumulative', 'name']) });
  printStats(stripDirs(stats), { restrictions: [{ fraction: 0.5 }] });
  printCallers(stats);
  printCallees(stats);
  findings(stats);
}

function keep(bytes) {
  const one = Buffer.from(bytes).toString('base64');
  if (kept.length < KEPT) kept.push(one);
  else kept[Math.floor(random() * KEPT)] = one;
}
