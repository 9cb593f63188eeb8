import { visible } from '../format/visible.ts';
/** The shell of pages that are passed on: one file, no network, light and dark, readable on a phone and on paper. */

/** `scriptHash`: SHA-256 of the one script that may run in it, in Base64. Without it none may. */
export function pageHead(title: string, { scriptHash }: { readonly scriptHash?: string } = {}): string {
  const scripts = scriptHash === undefined ? '' : `; script-src 'sha256-${scriptHash}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'${scripts}">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
`;
}

export const pageFoot = '</main>\n</body>\n</html>\n';

export function escaped(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** `2026-11-24 07:46 UTC`. */
export function moment(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** Text for a person, with commands and settings in it set apart. */
export function withCommands(text: string): string {
  return escaped(text).replaceAll(
    /rolodesk [a-z]+(?: --[a-z-]+| [A-Z_]{2,}| N\b| \d+)*|\b(?:policies|source)\.\w+(?:: \w+)?/g,
    '<code>$&</code>',
  );
}

/** Numbers side by side, each under its name. */
export function facts(numbers: readonly (readonly [name: string, value: string])[]): string {
  const cards = numbers.map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`);
  return `<dl class="facts">${cards.join('')}</dl>\n`;
}

interface FilterKind {
  readonly name: string;
  readonly label: string;
  readonly count: number;
}

/** Radio buttons for a script to act on: `only-all`, and one `only-NAME` for each kind. */
export function filterButtons(kinds: readonly FilterKind[]): string {
  const total = kinds.reduce((sum, { count }) => sum + count, 0);
  const button = (id: string, label: string, count: number, isFirst: boolean): string =>
    `<label><input type="radio" name="only" id="only-${id}"${isFirst ? ' checked' : ''}><span>${escaped(label)} <b>${count.toLocaleString('en-US')}</b></span></label>`;
  const buttons = kinds.map(({ name, label, count }) => button(name, label, count, false));
  return `<fieldset class="filter"><legend>Show</legend>${button('all', 'all', total, true)}${buttons.join('')}</fieldset>\n`;
}

const style = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#d9dee5;--page:#fff;--card:#f5f7fa;--accent:#0b63ce;--good:#19703a;--bad:#b3261e;--warn:#8a5a00}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa5b4;--line:#323a46;--page:#14181e;--card:#1c222a;--accent:#79b4ff;--good:#6fcf97;--bad:#ff8a80;--warn:#f2c14e}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1200px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 4px}h2{font-size:1.15rem;margin:32px 0 8px}
p{margin:0 0 12px;max-width:75ch}.soft{color:var(--soft)}
dl.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));gap:8px;margin:16px 0}
dl.facts div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:8px 12px;display:flex;flex-direction:column;justify-content:space-between}
dl.facts dt{color:var(--soft);font-size:.82rem}dl.facts dd{margin:0;font-size:1.25rem;font-variant-numeric:tabular-nums}
fieldset.filter{border:0;padding:0;margin:16px 0;display:flex;flex-wrap:wrap;gap:8px}
fieldset.filter legend{float:left;margin-right:8px;padding-top:5px;color:var(--soft)}
fieldset.filter input{position:absolute;opacity:0}
fieldset.filter span{display:inline-block;border:1px solid var(--line);border-radius:999px;padding:4px 12px;cursor:pointer}
fieldset.filter input:checked+span{background:var(--accent);border-color:var(--accent);color:var(--page)}
fieldset.filter input:focus-visible+span{outline:3px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%}
th{text-align:left;font-weight:600;color:var(--soft);font-size:.82rem;border-bottom:2px solid var(--line);padding:6px 10px 6px 0}
td{vertical-align:top;border-bottom:1px solid var(--line);padding:8px 10px 8px 0;overflow-wrap:anywhere}
tbody tr{content-visibility:auto;contain-intrinsic-size:auto 44px}
.kind{font-weight:600;white-space:nowrap}
.create .kind,.good{color:var(--good)}.conflict .kind,.reject .kind,.missing .kind,.rejected .kind,.bad{color:var(--bad)}
.deactivate .kind,.skip .kind,.extra .kind,.duplicated .kind,.warn{color:var(--warn)}
.update .kind,.adopt .kind,.differing .kind{color:var(--accent)}.skipped .kind{color:var(--soft)}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;padding-right:24px}
.value{white-space:pre-line}.id{white-space:nowrap}.who{min-width:200px}.field{display:block}.field b{font-weight:600}.field del{color:var(--bad);text-decoration-thickness:1px}
.field ins{color:var(--good);text-decoration:none}
code{font:0.92em ui-monospace,SFMono-Regular,Menlo,monospace;background:var(--card);border-radius:4px;padding:1px 4px;white-space:nowrap}
.controls{display:flex;gap:8px;align-items:center;flex-wrap:wrap;max-width:none}
.controls input{flex:1 1 240px;font:inherit;padding:6px 10px;border:1px solid var(--line);border-radius:8px;background:var(--page);color:var(--ink)}
.controls button{font:inherit;padding:6px 12px;border:1px solid var(--line);border-radius:8px;background:var(--card);color:var(--ink);cursor:pointer}
.controls button:disabled{opacity:.4;cursor:default}
a{color:var(--accent)}details{margin:16px 0}summary{cursor:pointer;color:var(--soft)}
dl.words{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:8px 0}dl.words dd{margin:0;color:var(--soft)}
@media(max-width:640px){thead{display:none}tbody tr{display:block;border-bottom:1px solid var(--line);padding:8px 0}
td{display:block;border:0;padding:1px 0}td:empty{display:none}td[data-label]:not(:empty)::before{content:attr(data-label) " ";color:var(--soft)}
.id{white-space:normal}table.causes td:first-child,table.causes td.number{display:inline;padding:0 8px 0 0}}
@media print{fieldset.filter{display:none}tbody tr{content-visibility:visible;break-inside:avoid}}
`;
