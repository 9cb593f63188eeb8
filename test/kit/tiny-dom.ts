import { runInNewContext } from 'node:vm';

/** As much of a page as the script of a plan uses. What is put into it as text stays text. */
export interface TinyElement {
  readonly name: string;
  readonly children: readonly (TinyElement | string)[];
  readonly attributes: Readonly<Record<string, string>>;
  className: string;
  disabled: boolean;
  textContent: string;
  fire(event: string, target?: object): void;
}

/** Runs the script of a page as a browser would, and gives access to its elements by their ids. */
export function openPage(html: string): { byId(id: string): TinyElement } {
  const elements = new Map<string, TinyElement>();
  for (const [, id = '', text = ''] of html.matchAll(/<script type="application\/json" id="(\w+)">([^<]*)<\/script>/g))
    elements.set(id, createElement('script', text));
  const byId = (id: string): TinyElement => {
    const known = elements.get(id) ?? createElement(id);
    elements.set(id, known);
    return known;
  };
  const script = html.slice(html.lastIndexOf('<script>') + '<script>'.length, html.lastIndexOf('</script>'));
  runInNewContext(script, {
    document: { getElementById: byId, createElement: (name: string) => createElement(name) },
  });
  return { byId };
}

function createElement(name: string, text = ''): TinyElement {
  let children: (TinyElement | string)[] = text === '' ? [] : [text];
  const attributes: Record<string, string> = {};
  const listeners = new Map<string, (event: object) => void>();
  const element = {
    name,
    className: '',
    disabled: false,
    attributes,
    get children() {
      return children;
    },
    get textContent(): string {
      return children.map((child) => (typeof child === 'string' ? child : child.textContent)).join('');
    },
    set textContent(value: string) {
      children = [value];
    },
    append: (...added: (TinyElement | string)[]) => void children.push(...added),
    replaceChildren: (...added: (TinyElement | string)[]) => {
      children = added;
    },
    setAttribute: (key: string, value: string) => {
      attributes[key] = value;
    },
    scrollIntoView: () => undefined,
    addEventListener: (event: string, listener: (event: object) => void) => void listeners.set(event, listener),
    fire: (event: string, target = {}) => listeners.get(event)?.({ target }),
  };
  return element;
}
