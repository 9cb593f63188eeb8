import type { Host } from '../app/host.ts';
import { pad, widthOf } from './format/text-layout.ts';

/** The process as commands see it. Only main.ts makes one from the real thing. */
export interface Terminal extends Host {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** From now on SIGHUP calls this, and stops nothing. Absent where nobody sends signals. */
  onSighup?(listener: () => void): void;
}

/** Also where the terminal does not know how wide it is, or says nothing. */
const usualColumns = 80;

export function columnsOf({ columns }: { readonly columns?: number }): number {
  return columns === undefined || columns < 1 ? usualColumns : columns;
}

/** Options that every command takes. */
export interface GlobalOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
}

/** Colours where they are wanted, plain text elsewhere. */
export function styleFor(wanted: boolean): Style {
  const paint = (code: number) => (text: string) => (wanted ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { bold: paint(1), dim: paint(2), good: paint(32), bad: paint(31), warn: paint(33) };
}

/** Columns aligned with two spaces between them. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  return rows
    .map((row) =>
      row.map((cell, column) => (column === row.length - 1 ? cell : pad(cell, widths[column] ?? 0))).join('  '),
    )
    .join('\n');
}
