import { callgrind } from './callgrind.js';
import { cprofile } from './cprofile.js';
import { csv } from './csv.js';
import { dot } from './dot.js';
import { folded } from './folded.js';
import { json } from './json.js';
import { pprof } from './pprof.js';
import { speedscope } from './speedscope.js';
import type { Exported, Subject } from './subject.js';

export interface Format {
  /** Of the names of its files. */
  readonly ending: string;
  /** A terminal can show it. */
  readonly isText: boolean;
  export(subject: Subject): Exported;
}

/** Every format that a profile can be written in. */
export const FORMATS = {
  cprofile: { ending: '.cprofile.prof', isText: false, export: cprofile },
  speedscope: { ending: '.speedscope.json', isText: true, export: speedscope },
  callgrind: { ending: '.callgrind', isText: true, export: callgrind },
  pprof: { ending: '.pb.gz', isText: false, export: pprof },
  folded: { ending: '.folded', isText: true, export: folded },
  dot: { ending: '.dot', isText: true, export: dot },
  json: { ending: '.profile.json', isText: true, export: json },
  csv: { ending: '.csv', isText: true, export: csv },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;
