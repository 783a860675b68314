import type { Names } from './column-stats.js';
import { emptySlots, filledSlots } from './slots.js';
import type { FunctionName } from './stats.js';

/** Texts by number. */
interface Texts {
  text(id: number): string;
  /** Undefined where there is none such. */
  find(text: string): number | undefined;
}

/** The distinct functions that a file names, by number, each made of numbers of texts. */
export class FunctionTable implements Names {
  private readonly texts: Texts;
  private readonly files: number[] = [];
  private readonly lines: number[] = [];
  private readonly functions: number[] = [];
  private slots = emptySlots(0);
  /** By id, the number it was met as. Undefined as long as that is the same. */
  private metAs: Int32Array | undefined;

  constructor(texts: Texts) {
    this.texts = texts;
  }

  get count(): number {
    return this.files.length;
  }

  /** The number of the function, a new one if it was not met before. */
  id(file: number, line: number, name: number): number {
    let slot = hash(file, line, name) & (this.slots.length - 1);
    for (let id = this.slots[slot]!; id >= 0; id = this.slots[slot]!) {
      if (this.files[id] === file && this.functions[id] === name && this.lines[id] === line) return id;
      slot = (slot + 1) & (this.slots.length - 1);
    }
    const id = this.files.push(file) - 1;
    this.lines.push(line);
    this.functions.push(name);
    this.slots[slot] = id;
    if (id * 2 > this.slots.length) this.grow();
    return id;
  }

  /** From here on functions have other numbers: `metAs[id]` is what `id` was. */
  renumber(metAs: Int32Array): void {
    this.metAs = metAs;
  }

  name(id: number): FunctionName {
    const met = this.metAs?.[id] ?? id;
    return {
      file: this.texts.text(this.files[met]!),
      line: this.lines[met]!,
      name: this.texts.text(this.functions[met]!),
    };
  }

  find({ file, line, name }: FunctionName): number {
    const fileText = this.texts.find(file);
    const nameText = this.texts.find(name);
    if (fileText === undefined || nameText === undefined) return -1;
    const met = this.files.findIndex(
      (text, i) => text === fileText && this.functions[i] === nameText && this.lines[i] === line,
    );
    return met < 0 || this.metAs === undefined ? met : this.metAs.indexOf(met);
  }

  private grow(): void {
    const hashOf = (id: number) => hash(this.files[id]!, this.lines[id]!, this.functions[id]!);
    this.slots = filledSlots(this.slots.length * 4, this.files.length, hashOf);
  }
}

function hash(file: number, line: number, name: number): number {
  const mixed = Math.imul(name, 0x9e3779b1) ^ Math.imul(file, 0x85ebca6b) ^ Math.imul(line | 0, 0xc2b2ae35);
  return mixed ^ (mixed >>> 15);
}
