import { expect, test } from 'vitest';
import { insertLine } from '../../src/python/edit.js';

const edit = (source: string | Buffer, at: number) => insertLine(Buffer.from(source as string), at, '@x').edited;

test('the line takes the indentation of the line it is put above, blanks and tabs alike', () => {
  expect(edit('class A:\n\t  def m(self): pass\n', 2).toString()).toBe('class A:\n\t  @x\n\t  def m(self): pass\n');
  expect(insertLine(Buffer.from('class A:\n    def m(self): pass\n'), 2, '@x').line).toBe('    @x');
});

test("the file's own line ends are kept", () => {
  expect(edit('a = 1\r\ndef f(): pass\r\n', 2).toString()).toBe('a = 1\r\n@x\r\ndef f(): pass\r\n');
  expect(edit('a = 1\rdef f(): pass\r', 2).toString()).toBe('a = 1\r@x\rdef f(): pass\r');
  expect(edit('def f(): pass', 1).toString()).toBe('@x\ndef f(): pass');
  expect(edit('a = 1\r\ndef f(): pass', 2).toString()).toBe('a = 1\r\n@x\r\ndef f(): pass');
});

test('bytes of any encoding pass through untouched, a byte order mark stays first', () => {
  const latin = Buffer.concat([
    Buffer.from('# coding: latin-1\ns = "'),
    Buffer.from([0xe9, 0xff]),
    Buffer.from('"\ndef f(): pass\n'),
  ]);
  const edited = edit(latin, 3);
  expect(edited.subarray(0, latin.indexOf('def')).equals(latin.subarray(0, latin.indexOf('def')))).toBe(true);
  expect(edited.length).toBe(latin.length + 3);
});

test('a line that is not there is a bug, not an edit', () => {
  expect(() => edit('def f(): pass\n', 9)).toThrow(RangeError);
});
