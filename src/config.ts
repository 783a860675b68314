import { readFile } from 'node:fs/promises';
import { failure } from './failure.js';
import type { CommandServices } from './service/find-service.js';

/** What stands in profkit.yaml. Unknown keys are refused: a misspelt one must not be silently nothing. */
export interface Config {
  services: CommandServices;
}

/** Reads profkit.yaml of a folder; an absent one is an empty one. @throws Failure BAD_CONFIG with the line */
export async function readConfig(folder: string): Promise<Config> {
  const file = `${folder}/profkit.yaml`;
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { services: {} };
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  const broken = document.errors[0];
  if (broken) throw failure('BAD_CONFIG', { file, why: broken.message.split('\n')[0] ?? 'it is no YAML' });
  return checkConfig(file, document.toJS() ?? {});
}

function checkConfig(file: string, value: unknown): Config {
  const wrong = (why: string) => failure('BAD_CONFIG', { file, why });
  const map = (v: unknown, what: string): Record<string, unknown> => {
    if (typeof v !== 'object' || v === null || Array.isArray(v)) throw wrong(`${what} must hold names and values`);
    return v as Record<string, unknown>;
  };
  const top = map(value, 'the file');
  for (const key of Object.keys(top)) if (key !== 'services') throw wrong(`there is no setting "${key}"`);
  const services: CommandServices = {};
  for (const [name, entry] of Object.entries(map(top.services ?? {}, 'services'))) {
    const spec = map(entry, `services.${name}`);
    for (const key of Object.keys(spec)) {
      if (!['start', 'stop', 'pids', 'user', 'python'].includes(key))
        throw wrong(`services.${name} has no setting "${key}"`);
    }
    for (const key of ['start', 'stop', 'pids']) {
      const words = Array.isArray(spec[key]) ? spec[key] : [spec[key]];
      if (words.length === 0 || words.some((w) => typeof w !== 'string'))
        throw wrong(`services.${name}.${key} must be a command`);
    }
    for (const key of ['user', 'python']) {
      if (spec[key] !== undefined && typeof spec[key] !== 'string') throw wrong(`services.${name}.${key} must be text`);
    }
    services[name] = spec as unknown as CommandServices[string];
  }
  return { services };
}
