import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import vm from 'node:vm';

/** What speedscope makes of a file: as much of its own profile as the tests ask. */
export interface Imported {
  getName(): string;
  getTotalWeight(): number;
  getTotalNonIdleWeight(): number;
  forEachFrame(look: (frame: SpeedscopeFrame) => void): void;
}

export interface SpeedscopeFrame {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  getSelfWeight(): number;
}

type Import = (name: string, bytes: ArrayBuffer) => Promise<{ profiles: Imported[] } | null>;

/**
 * The importer of https://www.speedscope.app, taken out of the web page that its npm package is: all of the page's program but
 * its last statements, which draw, with nothing but stubs around it.
 */
export function speedscopeImporter(): (name: string, bytes: Uint8Array) => Promise<Imported> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('speedscope/package.json')), 'dist/release');
  const page = readFileSync(join(folder, readdirSync(folder).find((f) => /^speedscope-\w+\.js$/.test(f))!), 'utf8');
  const [, local] =
    /async function ([\w$]+)\(t,e\)\{return\(await [\w$]+\)\.importProfilesFromArrayBuffer\(t,e\)\}/.exec(page) ?? [];
  const end = page.lastIndexOf('console.log(`speedscope v');
  if (local === undefined || end < 0) throw new Error('speedscope is built in another way than it was');
  const stub: unknown = new Proxy(() => {}, {
    get: (_, key) => (key === Symbol.toPrimitive ? () => '' : stub),
    apply: () => stub,
    construct: () => stub as object,
    set: () => true,
  });
  const quiet = { log() {}, warn() {}, error() {} };
  const web = { console: quiet, TextDecoder, TextEncoder, setTimeout, performance, URL, Blob };
  const dom = { document: stub, navigator: stub, localStorage: stub, matchMedia: () => stub, addEventListener() {} };
  const page0: Record<string, unknown> = { ...web, ...dom, location: { hash: '', protocol: 'file:' } };
  page0.window = page0;
  page0.self = page0;
  const context = vm.createContext(page0);
  vm.runInContext(`${page.slice(0, end)};globalThis.get=()=>${local}})();`, context);
  return async (name, bytes) => {
    const read = (page0.get as () => Import)();
    const group = await read(name, new Uint8Array(bytes).buffer);
    if (group?.profiles.length !== 1) throw new Error(`speedscope finds ${group?.profiles.length ?? 'no'} profiles`);
    return group.profiles[0]!;
  };
}
