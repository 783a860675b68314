/** ok: as it should be. warn: something will not go as one may think. fail: it will not work. skip: it was not looked at. */
export type Verdict = 'ok' | 'warn' | 'fail' | 'skip';

export interface Finding {
  verdict: Verdict;
  /** One sentence. */
  says: string;
  /** What to do. */
  next?: string;
  /** Short names of the services that it is about; none: the host. */
  services?: readonly string[];
}

export const ok = (says: string): Finding => ({ verdict: 'ok', says });
export const skip = (says: string): Finding => ({ verdict: 'skip', says });
export const warn = (says: string, next: string): Finding => ({ verdict: 'warn', says, next });
export const fail = (says: string, next: string): Finding => ({ verdict: 'fail', says, next });

/** One finding of those that say the same of several services, in the order of the first. */
export function gathered(findings: readonly (Finding & { services: readonly string[] })[]): Finding[] {
  const by = new Map<string, Finding & { services: string[] }>();
  for (const f of findings) {
    const key = JSON.stringify([f.verdict, f.says, f.next]);
    const same = by.get(key);
    if (same) same.services.push(...f.services);
    else by.set(key, { ...f, services: [...f.services] });
  }
  return [...by.values()];
}

/** The worst of them; skip where nothing was looked at. */
export function worst(findings: readonly Finding[]): Verdict {
  const all = findings.map((f) => f.verdict);
  return (['fail', 'warn', 'ok'] as const).find((v) => all.includes(v)) ?? 'skip';
}

export const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** `n-cpu-1…25, n-sch`: names that only count up are one word. */
export function shortList(names: readonly string[]): string {
  const words: string[] = [];
  let run: { stem: string; first: number; last: number } | undefined;
  const end = () => {
    if (run) words.push(`${run.stem}${run.first}${run.last > run.first ? `…${run.last}` : ''}`);
    run = undefined;
  };
  for (const name of [...names].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))) {
    const [, stem, number] = /^(.*-)(\d+)$/.exec(name) ?? [];
    if (run && stem === run.stem && Number(number) === run.last + 1) {
      run.last += 1;
      continue;
    }
    end();
    if (stem === undefined) words.push(name);
    else run = { stem, first: Number(number), last: Number(number) };
  }
  end();
  return words.join(', ');
}
