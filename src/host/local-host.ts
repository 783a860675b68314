import { failure } from '../failure.js';
import { AgentHost, type AgentPipe, BOOT } from './agent-host.js';
import { agentProgram } from './agent-program.js';
import type { Host } from './host.js';

export interface LocalOptions {
  /** Folder of the journal; by default the agent's own choice. */
  state?: string;
  /** Become root with sudo where that needs no password. Not for the demo. */
  sudo?: boolean;
}

const NAME = 'this host';

/** This machine. The agent runs in a session of its own, so that Ctrl-C reaches profkit alone, which then undoes. */
export async function localHost(options: LocalOptions = {}): Promise<Host> {
  const { execa } = await import('execa');
  const root = process.getuid?.() === 0;
  const sudo =
    options.sudo !== false &&
    !root &&
    (await execa('sudo', ['-n', 'true'], { reject: false, detached: true })).exitCode === 0;
  const argv = [...(sudo ? ['sudo', '-n'] : []), 'python3', '-I', '-S', '-c', BOOT];
  const child = execa(argv[0]!, argv.slice(1), {
    buffer: false,
    detached: true,
    reject: false,
    stderr: 'pipe',
    stripFinalNewline: false,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (t: string) => {
    said = (said + t).slice(-2000);
  });
  const gone = child.then(
    (r) =>
      (said.trim().split('\n').at(-1) || (r.code === 'ENOENT' ? 'there is no python3' : r.shortMessage)) ?? 'it ended',
  );
  const pipe: AgentPipe = { stdin: child.stdin, stdout: child.stdout, gone };
  const host = new AgentHost(NAME, pipe, agentProgram(), options.state);
  try {
    await host.hello();
  } catch {
    throw failure('NO_PYTHON', { host: NAME, why: await gone });
  }
  return host;
}
