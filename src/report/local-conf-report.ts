import type { Checked, CheckedFile } from '../openstack/local-conf/check.js';

/** What each file gets of a local.conf, and the traps as compilers say such things. */
export function localConfReport(path: string, { variables, services, files, traps }: Checked): string {
  const out: string[] = [];
  if (variables.length + services.length > 0) {
    out.push('localrc, which is bash');
    out.push(...variables.map((v) => row(`${v.name}=${v.value}`, v.line)));
    out.push(...services.map((s) => row(`${s.enabled ? 'enable' : 'disable'}_service ${s.name}`, s.line)), '');
  }
  for (const file of files) out.push(...fileLines(file), '');
  if (out.length === 0) out.push('No file gets anything of it.', '');
  out.push(...traps.map((t) => `${path}:${t.line}:${t.column}: ${t.effect}: ${t.says}`));
  out.push(summary(traps.filter((t) => t.effect !== 'note').length, traps.length));
  return `${out.join('\n')}\n`;
}

function fileLines({ path, phases, settings }: CheckedFile): string[] {
  const out = [`${path}, in ${phases.join(' and ')}`];
  let section: string | undefined;
  for (const s of settings) {
    if (s.section !== section) out.push(`  [${s.section}]`);
    section = s.section;
    out.push(row(`${s.option} = ${s.value}`, s.line));
  }
  if (settings.length === 0) out.push('  nothing');
  return out;
}

const row = (text: string, line: number): string => `${`  ${text}`.padEnd(60)}  line ${line}`;

function summary(bad: number, all: number): string {
  if (all === 0) return 'All of it gets where it is written to.';
  const notes = all - bad > 0 ? `; ${counted(all - bad, 'note')}` : '';
  return bad === 0 ? `Nothing is lost or changed${notes}.` : `${counted(bad, 'trap')}${notes}.`;
}

const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
