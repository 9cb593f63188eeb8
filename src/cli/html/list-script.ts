/**
 * What runs in a page that lists changes or differences. It reads the data blocks, and draws a hundred rows at a time, so that
 * a page of 20,000 customers opens at once. Everything from the data goes in as text, never as HTML; a link is one only if it
 * begins with https:// or http://.
 */
export const listScript = `
'use strict';
(() => {
  const perPage = 100;
  const byId = (id) => document.getElementById(id);
  const rows = JSON.parse(byId('rows').textContent);
  const { kinds, codes, notes: noteTexts, fields: fieldNames, before: beforeAs, after: afterAs, customerUrl, userUrl } =
    JSON.parse(byId('tables').textContent);
  let kind = '';
  let words = [];
  let start = 0;
  let found = rows;
  let texts;

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const linked = (text, template, key) => {
    if (!template || !/^https?:\\/\\//.test(template)) return element('span', 'field', text);
    const link = element('a', 'field', text);
    link.setAttribute('href', template.replace(/%7Bkey%7D|\\{key\\}/i, () => encodeURIComponent(key)));
    link.setAttribute('rel', 'noreferrer');
    return link;
  };
  const fieldLine = ([name, after, before]) => {
    const line = element('span', 'field');
    line.append(element('b', '', fieldNames[name]), ' ');
    if (before !== undefined) line.append(element(beforeAs.element, beforeAs.className, before), ' → ');
    line.append(element(afterAs.element, afterAs.className, after));
    return line;
  };
  const drawRow = ([kindAt, key, user, codeAt, name, notes, fields]) => {
    const row = element('tr', kinds[kindAt].name);
    const what = element('td');
    what.append(element('span', 'kind', kinds[kindAt].verb || kinds[kindAt].name));
    if (codeAt >= 0) what.append(' ', element('span', 'soft', codes[codeAt]));
    const customer = element('td', 'id');
    if (name) customer.append(element('b', 'field', name));
    if (key !== 0) customer.append(linked(key, customerUrl, key));
    const zendesk = element('td', 'id');
    if (user !== 0) zendesk.append(linked(user, userUrl, user));
    const changed = element('td');
    for (const note of notes) changed.append(element('span', 'field soft', noteTexts[note]));
    for (const field of fields) changed.append(fieldLine(field));
    row.append(what, customer, zendesk, changed);
    return row;
  };
  const textOf = ([, key, user, codeAt, name, notes, fields]) =>
    [codes[codeAt], key, user, name, ...notes.map((note) => noteTexts[note]), ...fields.flatMap(([, ...values]) => values)]
      .filter((text) => text)
      .join('\\n')
      .toLowerCase();
  const find = () => {
    if (words.length > 0) texts ??= rows.map(textOf);
    found = rows.filter(
      (row, at) => (kind === '' || kinds[row[0]].name === kind) && words.every((word) => texts[at].includes(word)),
    );
    start = 0;
    draw();
  };
  const draw = () => {
    start = Math.max(0, Math.min(start, found.length - 1));
    start -= start % perPage;
    const shown = found.slice(start, start + perPage);
    byId('list').replaceChildren(...shown.map(drawRow));
    const count = (number) => number.toLocaleString('en-US');
    byId('where').textContent =
      found.length === 0 ? 'Nothing found' : count(start + 1) + '–' + count(start + shown.length) + ' of ' + count(found.length);
    byId('previous').disabled = start === 0;
    byId('next').disabled = start + perPage >= found.length;
  };
  byId('search').addEventListener('input', ({ target }) => {
    words = target.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
    find();
  });
  const filterBy = (name) => () => {
    kind = name;
    find();
  };
  for (const name of new Set(kinds.map(({ name }) => name))) byId('only-' + name)?.addEventListener('change', filterBy(name));
  byId('only-all').addEventListener('change', filterBy(''));
  const turn = (by) => {
    start += by;
    draw();
    byId('search').scrollIntoView();
  };
  byId('previous').addEventListener('click', () => turn(-perPage));
  byId('next').addEventListener('click', () => turn(perPage));
  draw();
})();
`;
