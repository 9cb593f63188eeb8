/**
 * What runs in the page of a plan. It reads the data blocks, and draws a hundred rows at a time, so that a plan of 20,000
 * users opens at once. Everything from the data goes in as text, never as HTML; a link is one only if it begins with https://.
 */
export const planScript = `
'use strict';
(() => {
  const perPage = 100;
  const byId = (id) => document.getElementById(id);
  const rows = JSON.parse(byId('rows').textContent);
  const { kinds, codes, fields: fieldNames, customerUrl, userUrl } = JSON.parse(byId('tables').textContent);
  let kind = '';
  let words = [];
  let start = 0;
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
    link.setAttribute('href', template.replace(/%7Bkey%7D|\\{key\\}/i, encodeURIComponent(key)));
    link.setAttribute('rel', 'noreferrer');
    return link;
  };
  const fieldLine = ([name, after, before]) => {
    const line = element('span', 'field');
    line.append(element('b', '', fieldNames[name]), ' ');
    if (before !== undefined) line.append(element('del', 'value', before), ' → ');
    line.append(element('ins', 'value', after));
    return line;
  };
  const drawRow = ([kindAt, key, user, codeAt, name, notes, fields]) => {
    const row = element('tr', kinds[kindAt].name);
    const what = element('td');
    what.append(element('span', 'kind', kinds[kindAt].verb || kinds[kindAt].name));
    if (codeAt >= 0) what.append(' ', element('span', 'soft', codes[codeAt]));
    const customer = element('td', 'id');
    if (name) customer.append(element('b', 'field', name));
    customer.append(linked(key, customerUrl, key));
    const zendesk = element('td', 'id');
    if (user) zendesk.append(linked(user, userUrl, user));
    const changed = element('td');
    for (const note of notes) changed.append(element('span', 'field soft', note));
    for (const field of fields) changed.append(fieldLine(field));
    row.append(what, customer, zendesk, changed);
    return row;
  };
  const matching = () => {
    if (words.length > 0) texts ??= rows.map((row) => JSON.stringify([codes[row[3]], row]).toLowerCase());
    return rows.filter(
      (row, at) => (kind === '' || kinds[row[0]].name === kind) && words.every((word) => texts[at].includes(word)),
    );
  };
  const draw = () => {
    const found = matching();
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
    start = 0;
    draw();
  });
  const filterBy = (name) => () => {
    kind = name;
    start = 0;
    draw();
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
