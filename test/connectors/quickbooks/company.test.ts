import nock from 'nock';
import { expect, test } from 'vitest';
import { api, count, createSource, grant } from '../../kit/twins/intuit.ts';
import { withoutNetwork } from '../../kit/twins/no-network.ts';

withoutNetwork();

const company = (CompanyInfo: object) =>
  nock(api).get('/v3/company/1234/companyinfo/1234').query(true).reply(200, { CompanyInfo, time: 'x' });

test.each([
  ['US', 'US'],
  ['us', 'US'],
  ['USA', 'US'],
  ['UK', 'GB'],
  ['United Kingdom', 'GB'],
  ['Canada', 'CA'],
  ['CAN', 'CA'],
  ['', undefined],
  ['Narnia', undefined],
  [undefined, undefined],
  [7, undefined],
])('the country of a company, given as %s, is %s', async (Country, country) => {
  const { source, context } = createSource();
  grant('access-1');
  company({ CompanyName: 'Twin', Country });
  expect(await source.facts?.(context)).toEqual(country === undefined ? {} : { country });
});

test.each([
  ['UK', true, 'read as GB'],
  ['', 'warning', 'the company has none'],
  ['Narnia', 'warning', 'the company\'s ("Narnia") is not a country that can be read'],
])('check says how numbers are read in a company in "%s"', async (Country, ok, detail) => {
  const { source, context } = createSource();
  grant('access-1');
  company({ CompanyName: 'Twin', Country });
  count(1);
  const { lines } = await source.check(context);
  expect(lines.find(({ title }) => title === 'country')).toEqual({
    ok,
    title: 'country',
    detail: expect.stringContaining(detail),
  });
});
