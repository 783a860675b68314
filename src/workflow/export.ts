import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { failure } from '../failure.js';
import { FORMATS, type Format, type FormatName } from '../report/export/formats.js';
import type { Exported } from '../report/export/subject.js';
import { readCapture } from './read-capture.js';
import { isThere, writeParts } from './write-parts.js';

export interface ExportOptions {
  readonly to: FormatName;
  /** A file, or a folder for several. None: beside where the user is, by the name of what is exported. */
  readonly output?: string | undefined;
  /** Replace files that are there. */
  readonly force?: boolean | undefined;
}

export interface ExportedFile {
  readonly file: string;
  readonly to: FormatName;
  /** The file that was written. */
  readonly output: string;
  readonly bytes: number;
  readonly notes: readonly string[];
}

/**
 * Writes each of these captures in another profiler's format. Where one of the files to be written is there already, or two
 * would have one name, nothing is written.
 * @throws Failure NO_SUCH_FILE, BAD_PROFILE, BAD_SIDECAR, NO_TABLE, OUTPUT_EXISTS, OUTPUT, BAD_OPTION
 */
export async function exportFiles(files: readonly string[], options: ExportOptions): Promise<ExportedFile[]> {
  const outputs = await outputsOf(files, options);
  const done: ExportedFile[] = [];
  for (const [i, file] of files.entries()) {
    const output = outputs[i]!;
    const { parts, notes } = await exported(file, options.to);
    const { mode } = await stat(file);
    const bytes = await writeParts(output, parts, { force: options.force === true, mode: mode & 0o666 });
    done.push({ file, to: options.to, output, bytes, notes });
  }
  return done;
}

/** One capture in another profiler's format, not written anywhere. @throws Failure as above, of reading */
export async function exported(file: string, to: FormatName): Promise<Exported> {
  const { stats, when } = await profileAt(file);
  const format: Format = FORMATS[to];
  return format.export({ name: basename(file), stats, when });
}

async function profileAt(file: string) {
  const here = await readCapture(file);
  if (here.stats === undefined) throw failure('NO_TABLE', { file, stacks: here.files });
  return here;
}

async function outputsOf(files: readonly string[], { to, output, force }: ExportOptions): Promise<string[]> {
  const isFolder = output !== undefined && (await stat(output).catch(() => undefined))?.isDirectory() === true;
  if (output !== undefined && !isFolder && files.length > 1) {
    const what = `${files.length} files are to be exported, and --output ${output} is no folder that is there`;
    throw failure('BAD_OPTION', { what });
  }
  const outputs = files.map((file) => {
    if (output !== undefined && !isFolder) return output;
    const name = basename(file).replace(/\.(?:prof|json)$/, '') + FORMATS[to].ending;
    return isFolder ? join(output, name) : name;
  });
  const met = new Map<string, string>();
  for (const [i, path] of outputs.entries()) {
    const other = met.get(resolve(path));
    if (other !== undefined)
      throw failure('BAD_OPTION', { what: `${other} and ${files[i]} would both be written to ${path}` });
    met.set(resolve(path), files[i]!);
    if (force !== true && (await isThere(path))) throw failure('OUTPUT_EXISTS', { path });
  }
  return outputs;
}
