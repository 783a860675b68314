import type { Host, ProbeState } from '../host/host.js';

/** What the hook leaves word of, by templates/hook/: of the process that was last to import the target's module. */
interface Note {
  pid: number;
  probed: boolean;
  /** The probe is around the decorators, not below them. */
  decorated?: boolean;
  /** What else holds the plain function. */
  missed?: string[];
  /** Another `def` of that name than the one that was named: its first line. */
  other?: number | null;
  why?: string;
}

/** Bytes that a note has at most: who writes it is the service. */
const LIMIT = 100_000;

/** What the hook of a probe could not do, a sentence each. */
export async function hookNotes(
  host: Host,
  probe: Pick<ProbeState, 'mode' | 'directory' | 'targets'>,
): Promise<string[]> {
  if (probe.mode !== 'hook') return [];
  const told = await Promise.all(
    probe.targets.map(({ target }, n) => read(host, `${probe.directory}/captures/.hook-${n}`, target)),
  );
  return told.flat();
}

async function read(host: Host, path: string, target: string): Promise<string[]> {
  try {
    const text = (await host.read(path, { own: true, limit: LIMIT })).data.toString('utf8');
    return sentences(target, JSON.parse(text) as Note).map((one) => one.replace(/\p{Cc}/gu, ' '));
  } catch {
    return []; // no process has imported it so far, or it is none of the hook's
  }
}

function sentences(target: string, { pid, probed, decorated, missed = [], other, why }: Note): string[] {
  if (!probed) return [`${target} is not probed in process ${pid}: ${why}`];
  const held = `${target} is held by ${missed.join(', ')} too in process ${pid}: calls by that way are not captured`;
  const around = `the probe of ${target} is around its decorators, whose time is in its captures`;
  const moved = `${target} begins in line ${other} in process ${pid}: it is another of that name, or the file has changed`;
  return [...(other ? [moved] : []), ...(missed.length > 0 ? [held] : []), ...(decorated ? [around] : [])];
}
