import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownFolder } from '../folder.ts';

interface ShellSession {
  /** A completion script. */
  readonly script: string;
  /** What `rolodesk` prints when the script runs it. */
  readonly rolodeskPrints: string;
  /** Empty files in the folder of the shell. */
  readonly files: readonly string[];
}

interface Offers {
  /** What the shell offers at the end of each line. */
  readonly byLine: readonly (readonly string[])[];
  /** Arguments that the script has run `rolodesk` with. */
  readonly calls: readonly string[];
}

type ShellName = 'bash' | 'zsh' | 'fish';

export function hasShell(name: ShellName): boolean {
  return spawnSync(name, ['--version']).status === 0;
}

/** Asks a real shell what it offers when Tab is pressed behind these lines. */
export function askShell(name: ShellName, lines: readonly string[], session: ShellSession): Offers {
  const cwd = ownFolder();
  const bin = join(cwd, '.bin');
  mkdirSync(bin);
  for (const file of session.files) writeFileSync(join(cwd, file), '');
  writeFileSync(join(bin, 'completion'), session.script);
  writeFileSync(join(bin, 'lines'), lines.map((line) => `${line}\n`).join(''));
  writeFileSync(join(bin, 'printed'), session.rolodeskPrints);
  writeFileSync(join(bin, 'calls'), '');
  writeFileSync(join(bin, 'rolodesk'), `#!/bin/sh\necho "$@" >> '${bin}/calls'\ncat '${bin}/printed'\n`);
  chmodSync(join(bin, 'rolodesk'), 0o755);
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: cwd, TERM: 'dumb' };
  const { stdout } = spawnSync(name, commands[name], { cwd, env, encoding: 'utf8' });
  return {
    byLine: [...stdout.matchAll(/@@begin\r?\n(.*?)@@end/gs)].map(([, offered = '']) => linesOf(offered)),
    calls: linesOf(readFileSync(join(bin, 'calls'), 'utf8')),
  };
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((word) => word !== '');
}

/** Bash splits a line at blanks and at =. `compopt` works only while readline completes: files are offered then. */
const bashProgram = `
source .bin/completion
compopt() { [[ $2 != default ]] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")); }
while IFS= read -r line; do
  spaced=\${line//=/ = }
  COMP_WORDS=($spaced)
  [[ $line != *' ' ]] || COMP_WORDS+=('')
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _rolodesk
  printf '@@begin\\n'; printf '%s\\n' "\${COMPREPLY[@]}"; printf '@@end\\n'
done < .bin/lines`;

const fishProgram = `
source .bin/completion
while read -l line
    echo @@begin
    complete -C $line | string replace -r '\\t.*' ''
    echo @@end
end < .bin/lines`;

/** Zsh completes only on a terminal: a shell on a pseudo-terminal prints what is added to the list. */
const zshProgram = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1= PS2=; autoload -Uz compinit; compinit -u -D; source .bin/completion; typeset -ga offered'
zpty -w shell 'compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)* ]]; then builtin compadd "$@"; return; fi
  local -a found; builtin compadd -O found "$@"; offered+=("\${(@)found}"); builtin compadd "$@"
}'
zpty -w shell 'offer() { offered=(); _main_complete; print -r -- @@begin; print -rl -- $offered; print -r -- @@end; compstate[insert]= compstate[list]= }'
zpty -w shell 'zle -C offer complete-word offer; bindkey "^I" offer; bindkey "^U" kill-whole-line; print REA""DY'
zpty -r shell text '*READY*'
while IFS= read -r line; do
  zpty -w -n shell "$line"$'\\t'
  zpty -r shell text '*@@begin*@@end*'
  print -r -- "$text"
  zpty -w -n shell $'\\x15'
done < .bin/lines
zpty -d shell`;

const commands: Readonly<Record<ShellName, readonly string[]>> = {
  bash: ['--norc', '--noprofile', '-c', bashProgram],
  fish: ['--no-config', '-c', fishProgram],
  zsh: ['-f', '-c', zshProgram],
};
