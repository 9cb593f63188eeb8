import { createHash } from 'node:crypto';

/** What the browser shows at the end. Made of nothing but what stands here: no script, no picture, nothing loaded. */
export interface Page {
  readonly status: number;
  readonly tone: 'good' | 'bad';
  readonly heading: string;
  /** Anybody's words: they are escaped. */
  readonly lines: readonly string[];
}

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #f4f6f8; --card: #fff; --good: #1a7f4b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --soft: #9aa6b5; --paper: #12161c; --card: #1b2129; --good: #5fd394; --bad: #ff8a80; } }
* { box-sizing: border-box; margin: 0; }
body { min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { width: 100%; max-width: 30rem; padding: 2rem; background: var(--card); border-radius: 0.75rem;
  border-top: 0.25rem solid var(--tone); box-shadow: 0 1px 2px rgb(0 0 0 / 12%), 0 8px 24px rgb(0 0 0 / 8%); }
main.good { --tone: var(--good); }
main.bad { --tone: var(--bad); }
h1 { font-size: 1.3rem; line-height: 1.3; margin-bottom: 0.75rem; overflow-wrap: anywhere; }
h1 span { color: var(--tone); margin-right: 0.4rem; }
p { color: var(--soft); margin-top: 0.5rem; overflow-wrap: anywhere; }
footer { margin-top: 1.5rem; color: var(--soft); font-size: 0.8rem; }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  // The address bar holds the code: it goes nowhere from here.
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  connection: 'close',
};

export function pageText({ tone, heading, lines }: Page): string {
  const mark = tone === 'good' ? '✔' : '✖';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(heading)}</title>
<style>${style}</style>
</head>
<body>
<main class="${tone}">
<h1><span aria-hidden="true">${mark}</span>${escaped(heading)}</h1>
${lines.map((line) => `<p>${escaped(line)}</p>`).join('\n')}
<footer>Rolodesk</footer>
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
