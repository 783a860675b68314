#!/usr/bin/env node
// Start-up is most of what a short command costs: the compile cache and oclif's subpath entry keep it small.
import { enableCompileCache } from 'node:module';

// Not for the demo, which leaves nothing behind, not even that.
if (process.argv[2] !== 'demo') enableCompileCache?.();
// A reader that has seen enough (`| head`), or a terminal that is gone: what is being done is done to its end, or undone.
let deaf = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => {
    deaf = true;
  });
}
// the commands that are done before oclif is loaded
const name = ['analyze', 'status'].find((one) => one === process.argv[2]);
const quick = name && (await import(`../dist/quick-${name}.js`)).quick;
if (!(await quick?.(process.argv.slice(3)))) {
  const { run } = await import('@oclif/core/run');
  const { flush } = await import('@oclif/core/flush');
  const { handle } = await import('@oclif/core/handle');
  // not awaited: where a stream is gone its last write never ends, and that is no fault
  run(process.argv.slice(2), import.meta.url).then(() => deaf || flush(), handle);
}
