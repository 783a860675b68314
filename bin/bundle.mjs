// Makes few files of what the commands load that are done before oclif: a file a module takes longer to load than to run.
import { readdir, rm } from 'node:fs/promises';
import { build } from 'esbuild';

for (const name of await readdir('dist')) if (name.startsWith('quick-')) await rm(`dist/${name}`);
const how = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22.12',
  sourcemap: true,
  outdir: 'dist',
  logLevel: 'warning',
};
await build({ ...how, entryPoints: ['src/ui/quick-analyze.ts'] });
// what only some hosts need is a file of its own, and so is what is not ours
const apart = { splitting: true, chunkNames: 'quick-[hash]', packages: 'external' };
await build({ ...how, ...apart, entryPoints: ['src/ui/quick-status.ts'] });
