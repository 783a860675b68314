import { pathToFileURL } from 'node:url';
import { configText, type Seen } from '../config/config-text.js';
import { failure } from '../failure.js';
import type { Host } from '../host/host.js';
import { PRESETS } from '../openstack/presets.js';
import { pythonServices } from '../service/python-services.js';
import { packaged } from '../templates.js';
import type { Context } from './context.js';
import { runningUnits } from './presets.js';
import { isThere, writeParts } from './write-parts.js';

export interface InitOptions {
  path: string;
  /** As the user named the host. */
  host: string | undefined;
  dryRun: boolean;
}

export interface Initialised extends Seen {
  path: string;
  written: boolean;
  text: string;
}

/** @throws Failure CONFIG_EXISTS */
export async function refuseExisting(path: string): Promise<void> {
  if (await isThere(path)) throw failure('CONFIG_EXISTS', { path });
}

/** Looks at the host, changes nothing there, and writes a profkit.yaml that fits. @throws Failure CONFIG_EXISTS, OUTPUT */
export async function init({ host }: Pick<Context, 'host'>, options: InitOptions): Promise<Initialised> {
  const { path, dryRun } = options;
  if (!dryRun) await refuseExisting(path);
  const seen = await look(host, options.host);
  const { stringify } = await import('yaml');
  const quote = (value: string | readonly string[]) => stringify(value, { lineWidth: 0 }).trimEnd();
  const text = configText(seen, pathToFileURL(packaged('profkit.schema.json')).href, quote);
  if (!dryRun) await writeParts(path, [text], { force: false, mode: 0o644 });
  return { ...seen, path, written: !dryRun, text };
}

async function look(host: Host, name: string | undefined): Promise<Seen> {
  const systemd = (await host.stat('/run/systemd/system')) !== undefined;
  const services = systemd ? (await pythonServices(host)).map((s) => shortName(s.name)) : [];
  const presets = [];
  for (const preset of systemd ? PRESETS : []) {
    const units = await runningUnits(host, preset.units);
    const { name, about, trigger } = preset;
    if (units.length > 0) presets.push({ name, about, services: units.map(shortName), trigger: trigger !== null });
  }
  return { host: name, systemd, services, presets, supervised: systemd ? undefined : await supervised(host) };
}

/** What findService takes for it. */
const shortName = (unit: string): string => unit.replace(/^devstack@/, '').replace(/\.service$/, '');

/** The programs that supervisor has; undefined where it is not there or does not answer. Status 3: one of them is stopped. */
async function supervised(host: Host): Promise<string[] | undefined> {
  const r = await host.run(['supervisorctl', 'status'], { timeout: 20 }).catch(() => undefined);
  if (r === undefined || (r.code !== 0 && r.code !== 3)) return undefined;
  const lines = r.stdout.split('\n').map((line) => /^([\w:.@-]+)\s+[A-Z]+\b/.exec(line)?.[1] ?? '');
  return lines.filter(Boolean);
}
