import type { Host } from '../host/host.js';
import type { ModeFacts } from '../probe/mode.js';
import { ignoredPath } from '../python/ignored-path.js';
import type { Located } from '../python/place.js';
import type { Service } from '../service/service.js';
import { SystemdService } from '../service/systemd-service.js';
import type { FoundTargets } from './find-targets.js';

/** What speaks for and against each way of putting a probe in. Changes nothing. */
export async function modeFacts(host: Host, { targets, services }: FoundTargets): Promise<ModeFacts> {
  const facts: ModeFacts = { file: targets[0]!.file, package: undefined, edit: undefined, hook: undefined };
  for (const target of targets) {
    const { file, blocked } = target;
    facts.package ??= await packageOf(host, file);
    facts.edit ??= blocked ?? (await cannotEdit(host, file));
    facts.hook ??= await cannotHook(services, target);
  }
  return facts;
}

/** The package that owns a file, where a package manager knows. */
async function packageOf(host: Host, file: string): Promise<string | undefined> {
  const { real } = await host.read(file, { limit: 0 });
  for (const path of new Set([real, file, real.replace(/^\/usr(?=\/lib)/, '')])) {
    const dpkg = await host.run(['dpkg-query', '--search', path]).catch(() => undefined);
    if (dpkg?.code === 0) return /^([^\s,:]+)/.exec(dpkg.stdout)?.[1];
  }
  const rpm = await host.run(['rpm', '--query', '--queryformat', '%{NAME}\n', '--file', real]).catch(() => undefined);
  return rpm?.code === 0 ? rpm.stdout.split('\n')[0] : undefined;
}

/** Asks the kernel, which knows of file systems that are read-only and files that are immutable. */
const WRITABLE = `
[ "$(stat -Lc %h -- "$1")" = 1 ] || { echo "it has several hard links"; exit; }
[ -w "$1" ] || { echo "it may not be written"; exit; }
[ -w "$(dirname -- "$1")" ] || echo "its folder may not be written"`;

async function cannotEdit(host: Host, file: string): Promise<string | undefined> {
  const { real } = await host.read(file, { limit: 0 });
  const r = await host.run(['sh', '-c', WRITABLE, 'sh', real]);
  return r.stdout.trim() || undefined;
}

async function cannotHook(services: readonly Service[], target: Located): Promise<string | undefined> {
  const { file, module, name, role } = target;
  if (/^(setter|deleter)$/.test(role))
    return `${name} has several functions, and a hook finds the getter, not the ${role}`;
  for (const service of services) {
    if (!(service instanceof SystemdService)) return `${service.name} is no unit of systemd`;
    const interpreter = await service.interpreter().catch(() => undefined); // it may have been named with --python
    const command = interpreter?.command ?? [];
    const program = command[command.indexOf('-m') + 1];
    if (command.includes(file) || program === module.replace(/\.__main__$/, ''))
      return `${file} is the program of ${service.name} itself, which nothing imports`;
    const why = ignoredPath(command);
    if (why) return `${service.name}: ${why}`;
    if (await service.unsets().catch(() => false)) return `${service.name} has UnsetEnvironment=PYTHONPATH`;
  }
  return undefined;
}
