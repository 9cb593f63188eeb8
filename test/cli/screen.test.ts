import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { widthOf, wrapText } from '../../src/cli/format/text-layout.ts';
import { textFor } from '../../src/cli/print/screen.ts';
import { styleFor } from '../../src/cli/terminal.ts';
import { rolodesk } from '../kit/processes/process.ts';

test('without a command the help is printed', async () => {
  const { code, stdout, stderr } = await rolodesk([], { cwd: '/' });
  expect(stdout).toMatch(/^Usage: rolodesk/);
  expect(stdout).toMatch(/rolodesk demo/);
  expect(stderr).toBe('');
  expect(code).toBe(2);
});

test.each([[[]], [['--help']], [['sync', '--help']], [['connectors', '--help']]])(
  'help is no wider than a terminal of 80 columns: rolodesk %j',
  async (args) => {
    const { stdout } = await rolodesk(args, { cwd: '/' });
    expect(stdout.split('\n').filter((line) => widthOf(line) > 80)).toEqual([]);
  },
);

test('a long message goes on at a word, below its own text', () => {
  const text = '  ✔ mails: none are sent, as skip_verify_email is set unless the mapping says otherwise';
  expect(wrapText(text, 40).split('\n')).toEqual([
    '  ✔ mails: none are sent, as',
    '    skip_verify_email is set unless the',
    '    mapping says otherwise',
  ]);
});

test('a web address stays in one piece, so that it can be copied', () => {
  const url = `https://acme.example.com/${'a'.repeat(60)}`;
  expect(wrapText(`Open ${url} now`, 40).split('\n')).toEqual(['Open', url, 'now']);
});

test('colours take no room', () => {
  const styled = `${styleFor(true).good('✔')} ${styleFor(true).bold('one two')} three`;
  expect(wrapText(styled, 15)).toBe(styled);
});

test('what is not a terminal gets its lines whole', () => {
  const pipe = new Writable({ write: (_chunk, _encoding, done) => done() });
  const text = 'word '.repeat(40);
  expect(textFor(pipe, text, { isStyled: false })).toBe(text);
  const terminal = Object.assign(pipe, { isTTY: true, columns: 20 });
  expect(textFor(terminal, text, { isStyled: false }).split('\n').length).toBeGreaterThan(5);
});
