#!/usr/bin/env node
// Start-up is most of what a short command costs: the compile cache and oclif's subpath entry keep it small.
import { enableCompileCache } from 'node:module';

enableCompileCache?.();
// A reader that has seen enough (`| head`) is no fault.
process.stdout.on('error', (e) => process.exit(e.code === 'EPIPE' ? 0 : 1));
const { run } = await import('@oclif/core/run');
const { flush } = await import('@oclif/core/flush');
const { handle } = await import('@oclif/core/handle');
await run(process.argv.slice(2), import.meta.url).then(() => flush(), handle);
