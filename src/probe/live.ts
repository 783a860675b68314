import { readFile } from 'node:fs/promises';
import { pythonString } from '../python/ask.js';
import { template } from '../templates.js';

/** A target as it is looked for in a running process. */
interface LiveTarget {
  module: string;
  /** `Class.method` */
  name: string;
  file: string;
  /** Of the word `def`. */
  line: number;
  /** Name of its runtime in the probe's folder. */
  runtime: string;
}

/** What became of a target in a process that has answered. */
interface LiveTargetAnswer {
  runtime: string;
  state: 'in' | 'out' | 'not loaded' | 'refused';
  why?: string;
}

/** Why a process cannot be reached. `version`: it runs no Python whose insides are known. */
type LiveRefusal = 'version' | 'off' | 'denied' | 'hidden' | 'busy';

/**
 * What became of a process. `waiting`: none of its threads has run so far. `reachable`: it was only looked at.
 */
export type LiveAnswer = { pid: number } & (
  | { state: 'answered'; targets: LiveTargetAnswer[] }
  | { state: 'refused'; kind: LiveRefusal; why: string }
  | { state: 'waiting' | 'gone' | 'reachable' }
);

/** Name of the program in the probe's folder that puts it into processes. */
export const PUT_IN = 'live/put_in.py';
const TAKE_OUT = 'take_out.py';

/** Seconds that processes are given to answer. What runs does at once; what waits for a request will have it in time. */
const PUT_IN_WAIT = 2;
/** A service's own timers wake it within ten seconds. */
const TAKE_OUT_WAIT = 15;

const SETTINGS = /^SETTINGS = .*$/m;
const REQUEST = /^REQUEST = .*$/m;

/** The program that a process executes to have the probe put in. @param directory the probe's folder */
export const putInText = (directory: string, targets: readonly LiveTarget[]): Promise<string> =>
  script('put_in', directory, targets);

async function script(name: string, directory: string, targets: readonly object[]): Promise<string> {
  const parts = ['target', name].map((part) => readFile(template(`live/${part}.py`), 'utf8'));
  return fill((await Promise.all(parts)).join('\n\n'), SETTINGS, 'SETTINGS', { directory, targets });
}

const fill = (text: string, place: RegExp, name: string, value: object): string =>
  text.replace(place, () => `${name} = json.loads(${pythonString(JSON.stringify(value))})`);

/** The program that asks processes whether they could be reached, and changes nothing. */
export const lookProgram = (pids: readonly number[]): Promise<string> =>
  attach({ pids, script: null, text: null, withdraw: null, captures: '', keep: false, wait: 0 });

/** The program that has processes execute what is in the probe's folder. */
export const putInProgram = (pids: readonly number[], directory: string): Promise<string> =>
  attach({
    pids,
    script: `${directory}/${PUT_IN}`,
    text: null,
    withdraw: null,
    captures: `${directory}/captures`,
    keep: true,
    wait: PUT_IN_WAIT,
  });

/** The program by which processes that are still to execute that will not do so. */
export const withdrawProgram = (pids: readonly number[], directory: string): Promise<string> =>
  attach({ pids, script: null, text: null, withdraw: `${directory}/${PUT_IN}`, captures: '', keep: false, wait: 0 });

/** The program that has processes take the probe out. */
export async function takeOutProgram(
  pids: readonly number[],
  directory: string,
  runtimes: readonly string[],
): Promise<string> {
  const targets = runtimes.map((runtime) => ({ runtime }));
  return attach({
    pids,
    script: `${directory}/${TAKE_OUT}`,
    text: await script('take_out', directory, targets),
    withdraw: null,
    captures: `${directory}/captures`,
    keep: false,
    wait: TAKE_OUT_WAIT,
  });
}

const attach = async (request: object): Promise<string> =>
  fill(await readFile(template('live/attach.py'), 'utf8'), REQUEST, 'REQUEST', request);

/** What such a program has printed. */
export const readAnswers = (stdout: string): LiveAnswer[] => JSON.parse(stdout) as LiveAnswer[];
