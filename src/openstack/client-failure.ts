import { type Failure, failure } from '../failure.js';
import type { RunResult } from '../host/host.js';
import { type Credentials, secretsOf } from './credentials.js';

/** What keeps the client from OpenStack, by its words; undefined: something else. */
function accessTrouble(stderr: string): { kind: 'unknown' | 'refused' | 'unreachable'; why: string } | undefined {
  const cloud = /Cloud (\S+) was not found/.exec(stderr)?.[1];
  if (cloud) return { kind: 'unknown', why: `no clouds.yaml has a cloud ${cloud}` };
  if (/HTTP 401|requires authentication|Fernet token|token.*expired/i.test(stderr))
    return { kind: 'refused', why: 'keystone refuses them (401): they are wrong, or expired' };
  if (/Missing value auth-url|auth_url.*required|is required for|Missing parameter/i.test(stderr))
    return { kind: 'unknown', why: 'they are not complete: there is no address of keystone, name or password' };
  const dead =
    /Unable to establish connection|Connection refused|Could not find versioned identity|Name or service not known|discover available identity/i;
  if (dead.test(stderr)) return { kind: 'unreachable', why: 'keystone does not answer at its address' };
  return undefined;
}

/** What the client says, in some words, without secrets. */
export function clientError(stderr: string, secrets: readonly string[]): string {
  const trouble = accessTrouble(stderr);
  if (trouble) return trouble.why;
  return shorten(withoutSecrets(lastLine(stderr), secrets), 160) || 'the client does not say why';
}

/**
 * The failure that a command of the client ended with.
 * @param command as the user may see it
 */
export function clientFailure(command: string, r: RunResult, { env, from }: Credentials): Failure {
  const said = withoutSecrets(r.stderr || r.stdout, secretsOf(env));
  const trouble = accessTrouble(said);
  if (trouble?.kind === 'unknown') return failure('NO_CREDENTIALS', { from, why: trouble.why });
  if (trouble?.kind === 'refused') return failure('CREDENTIALS_REFUSED', { from });
  if (trouble?.kind === 'unreachable') return failure('CLOUD_SILENT', { from, why: trouble.why }, said);
  const words = shorten(lastLine(said).replace(/\s*\(HTTP \d+\).*$/, ''), 200);
  if (/quota exceeded|Quota limit|exceeds? .*quota/i.test(words))
    return failure('QUOTA', { why: words.replace(/\.$/, '') });
  const nothing = /no (image|flavor|network)\b.*?(?:for|of|with)\b[^']*?'?([^\s']+)'?(?: exists)?\.?$/i.exec(words);
  if (nothing)
    return failure('NOT_IN_CLOUD', { what: nothing[1]!.toLowerCase(), name: nothing[2]!.replace(/\.$/, '') });
  return failure('TRIGGER_FAILED', { command, code: r.code }, said);
}

/** Passwords in URLs, and what is known to be one. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text.replace(/(\w+:\/\/)[^\s/@]*@/g, '$1');
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '***');
  return clean;
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
const shorten = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
